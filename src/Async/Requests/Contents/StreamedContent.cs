namespace PollHttp.Requests;

/// <summary>Represents a content from a stream.</summary>
internal sealed class StreamedContent(Stream stream, long? length) : RequestContent
{
    private readonly long _start = stream.CanSeek ? stream.Position : -1;

    public override long? Length { get; } = length ?? (stream.CanSeek ? stream.Length - stream.Position : null);

    public override bool IsReplayable => _start >= 0;

    internal override string Description => "RequestContent.FromStream";

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        Rewind();
        var buffer = new PieceBuffer();
        ValueTask writing = default;
        int count;
        while ((count = await stream.ReadAsync(buffer.Memory, cancellationToken).ConfigureAwait(sink.KeepsContext)) > 0)
        {
            await writing.ConfigureAwait(sink.KeepsContext);
            writing = sink.WriteAsync(buffer.Memory[..count]);
            buffer.AfterPiece(count, writing.IsCompletedSuccessfully);
        }

        await writing.ConfigureAwait(sink.KeepsContext);
        buffer.Return();
    }

    public override void WriteTo(ContentSink sink)
    {
        Rewind();
        var buffer = new PieceBuffer();
        int count;
        while ((count = stream.Read(buffer.Memory.Span)) > 0)
        {
            sink.Write(buffer.Memory[..count]);
            buffer.AfterPiece(count, isWritten: true);
        }

        buffer.Return();
    }

    private void Rewind()
    {
        if (_start >= 0)
        {
            stream.Position = _start;
        }
    }
}
