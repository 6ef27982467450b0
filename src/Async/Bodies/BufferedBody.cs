namespace PollHttp.Bodies;

/// <summary>Represents a body that was taken off its connection: the whole body is in memory that has no other user.</summary>
internal sealed class BufferedBody(ReadOnlyMemory<byte> body, IReadOnlyList<HeaderField> trailers, PollLoop loop) : BodySource
{
    private Exception? _error;
    private int _start;

    public override PollLoop Loop => loop;

    public override IReadOnlyList<HeaderField> Trailers => trailers;

    public override long BytesReceived { get; } = body.Length;

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        if (Volatile.Read(ref _error) is { } error)
        {
            throw error;
        }

        data = new(body[_start..]);
        completed = true;
        return true;
    }

    public override void Advance(long consumed, long examined = 0) => _start += (int)consumed;

    public override ValueTask WaitAsync(long examined, CancellationToken token) => default;

    public override void Wait(long examined)
    {
        // There is nothing to wait for.
    }

    public override void Finish(bool byReader) => Abort(Disposed());

    public override void Abort(Exception error) => Interlocked.CompareExchange(ref _error, error, null);

    protected override void Interrupt()
    {
        // Nothing waits.
    }
}
