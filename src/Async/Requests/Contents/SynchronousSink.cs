namespace PollHttp.Requests;

/// <summary>Writes synchronously what a content writes asynchronously, so that its awaits of the sink never wait.</summary>
internal sealed class SynchronousSink(ContentSink inner) : WrappingSink(inner)
{
    /// <summary>Gets the thread that waits for the content is not there for its continuations.</summary>
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
