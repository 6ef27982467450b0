using System.Buffers;
using PollHttp.Core;

namespace PollHttp.Differential;

/// <summary>A body that is there in pieces: some reads have nothing to give yet.</summary>
internal sealed class PiecesSource(byte[] body, Random random, int pieces) : BodySource
{
    private int _at;
    private int _there;
    private Exception? _error;

    public override PollLoop Loop => throw new NotSupportedException();

    public override IReadOnlyList<HeaderField> Trailers => [];

    public override long BytesReceived => _there;

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        if (_error is not null)
        {
            throw _error;
        }

        if (_there - _at <= examined && _there < body.Length)
        {
            _there += Pieces.NextSize(random, pieces, body.Length - _there);
            if (random.Next(4) == 0)
            {
                data = default;
                completed = false;
                return false;
            }
        }

        data = new(body.AsMemory(_at.._there));
        completed = _there == body.Length;
        return true;
    }

    public override void Advance(long consumed, long examined = 0) => _at += (int)consumed;

    public override ValueTask WaitAsync(long examined, CancellationToken token) => default;

    public override void Wait(long examined)
    {
        // The next read gives more.
    }

    public override void Finish(bool byReader) => Abort(Disposed());

    public override void Abort(Exception error) => _error ??= error;

    protected override void Interrupt()
    {
        // Nothing waits.
    }
}
