namespace PollHttp;

/// <summary>Writes synchronously what a content writes asynchronously, so that its awaits of the sink never wait.</summary>
internal sealed class SynchronousSink(ContentSink inner) : ContentSink
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        inner.Write(piece);
        return default;
    }

    public override ValueTask WriteAsync(ReadOnlySequence<byte> pieces)
    {
        inner.Write(pieces);
        return default;
    }

    public override void Write(ReadOnlyMemory<byte> piece) => inner.Write(piece);

    public override void Write(ReadOnlySequence<byte> pieces) => inner.Write(pieces);
}
