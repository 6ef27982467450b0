namespace PollHttp.Requests;

/// <summary>Implements a sink that writes to a stream.</summary>
/// <param name="destination">The stream.</param>
/// <param name="behind">The sink that the stream writes into; null for none.</param>
internal sealed class StreamSink(Stream destination, ContentSink? behind = null) : WrappingSink(behind)
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece) => destination.WriteAsync(piece);

    public override void Write(ReadOnlyMemory<byte> piece) => destination.Write(piece.Span);
}
