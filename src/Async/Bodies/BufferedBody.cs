namespace PollHttp;

/// <summary>A body that was taken out of its connection: all of it is here.</summary>
internal sealed class BufferedBody(ReadOnlyMemory<byte> body, IReadOnlyList<HeaderField> trailers, PollLoop loop) : BodySource
{
    private ReadOnlyMemory<byte> _rest = body;
    private Exception? _error;

    public override PollLoop Loop => loop;

    public override IReadOnlyList<HeaderField> Trailers => trailers;

    public override long BytesReceived { get; } = body.Length;

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        if (_error is not null)
        {
            throw _error;
        }

        data = new(_rest);
        completed = true;
        return true;
    }

    public override void Advance(long consumed, long examined = 0) => _rest = _rest[(int)consumed..];

    public override ValueTask WaitAsync(long examined, CancellationToken token) => default;

    public override void Wait(long examined)
    {
        // There is nothing to wait for.
    }

    public override void Finish() => _rest = default;

    public override void Abort(Exception error) => _error ??= error;

    protected override void Interrupt()
    {
        // Nobody waits.
    }
}
