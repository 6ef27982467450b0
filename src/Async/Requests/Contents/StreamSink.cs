namespace PollHttp;

/// <summary>A sink that is a stream.</summary>
internal sealed class StreamSink(Stream destination, bool keepsContext = false) : ContentSink
{
    internal override bool KeepsContext => keepsContext;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece) => destination.WriteAsync(piece);

    public override void Write(ReadOnlyMemory<byte> piece) => destination.Write(piece.Span);
}
