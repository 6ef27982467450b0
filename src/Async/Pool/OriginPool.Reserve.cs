using PollHttp.Connections;

namespace PollHttp.Pool;

// The idle connections that are kept, and opened anew, while the origin is in use. Nothing of it happens where none are asked for.
internal sealed partial class OriginPool
{
    private readonly IdleReserve? _reserve;

    /// <summary>Under the lock: how many are to be opened. Those in use do not count, nor those that requests wait for.</summary>
    private int MissingInReserve
    {
        get
        {
            int spare = _idle.Count + Math.Max(0, _dialing - _waiting.Count);
            return Math.Min(_reserve!.Size - spare, Pool.Settings.MaxConnectionsPerOrigin - _all.Count);
        }
    }

    /// <summary>The idle time of an idle connection is over: whether it stays nevertheless, since no more are idle than are to be.</summary>
    /// <param name="isTaken">Whether it was taken from the idle ones, for a request.</param>
    public bool MayStayIdle(bool isTaken)
    {
        if (_reserve is null)
        {
            return false;
        }

        lock (_lock)
        {
            return _idle.Count + (isTaken ? 1 : 0) <= _reserve.Size;
        }
    }

    /// <summary>In the loop's pass: opens what is missing, or sees to it that this is done after the pause.</summary>
    public void FillReserve()
    {
        List<PooledConnection> dialed = [];
        lock (_lock)
        {
            int missing = IsReserveOpen ? MissingInReserve : 0;
            if (missing > 0 && Pool.Loop.Now < _reserve!.PausedUntil)
            {
                Pool.Loop.Schedule(_reserve, _reserve.PausedUntil);
                return;
            }

            _reserve!.EndSubmit();

            for (; missing > 0; missing--)
            {
                dialed.Add(NewAhead(warmUp: null));
            }
        }

        dialed.ForEach(static c => c.Loop.Submit(c.LoopHost));
    }

    /// <summary>Under the lock: whether connections may be opened for nobody.</summary>
    private bool IsReserveOpen => !IsForgotten && !Pool.IsClosed && !Pool.Loop.IsDisposed && _reserve!.IsInUse;

    /// <summary>Under the lock, after anything that may have made the idle ones fewer: whether the loop is to fill them up.</summary>
    private bool IsReserveDue() => _reserve is not null && IsReserveOpen && MissingInReserve > 0 && _reserve.BeginSubmit();

    private void SubmitReserve(bool isDue)
    {
        if (isDue)
        {
            Pool.Loop.Submit(_reserve!);
        }
    }
}
