namespace PollHttp.Requests;

/// <summary>Represents a content in several pieces of memory, which are passed on all at once.</summary>
internal sealed class SequenceContent(ReadOnlySequence<byte> bytes) : RequestContent
{
    public override long? Length => bytes.Length;

    public override bool IsReplayable => true;

    internal override bool IsShareable => true;

    internal override bool IsMemory => true;

    internal override string Description => "RequestContent.FromSequence";

    public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) => sink.WriteAsync(bytes);

    public override void WriteTo(ContentSink sink) => sink.Write(bytes);
}
