namespace PollHttp.Requests;

/// <summary>Writes synchronously what a content writes asynchronously, so that its awaits on the sink never wait.</summary>
internal sealed class SynchronousSink(ContentSink inner) : WrappingSink(inner)
{
    /// <summary>Gets false: the thread waits for the content and can't run its continuations.</summary>
    internal override bool KeepsContext => false;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        Inner.Write(piece);
        return default;
    }

    public override ValueTask WriteAsync(ReadOnlySequence<byte> pieces)
    {
        Inner.Write(pieces);
        return default;
    }

    public override void Write(ReadOnlyMemory<byte> piece) => Inner.Write(piece);

    public override void Write(ReadOnlySequence<byte> pieces) => Inner.Write(pieces);
}
