namespace PollHttp.Requests;

/// <summary>Represents a content in one piece of memory.</summary>
internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : RequestContent
{
    public override long? Length => bytes.Length;

    public override bool IsReplayable => true;

    internal override bool IsShareable => true;

    internal override bool IsMemory => true;

    internal override string Description => "RequestContent.FromBytes";

    public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) => sink.WriteAsync(bytes);

    public override void WriteTo(ContentSink sink) => sink.Write(bytes);

    internal override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = bytes;
        return true;
    }
}
