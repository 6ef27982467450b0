using PollHttp.Connections;

namespace PollHttp.Pool;

// Connections ahead of need: warm-ups, and the idle ones that are kept, and opened anew, while the origin is in use.
internal sealed partial class OriginPool
{
    private readonly IdleReserve? _reserve;

    /// <summary>
    /// Makes connections before they are needed, until that many are idle, or the limit is reached. Requests made meanwhile get them.
    /// </summary>
    public Task WarmAsync(int count)
    {
        List<PooledConnection> dialed = [];
        WarmUp? warmUp = null;
        bool isEvicted;
        bool isReserveDue = false;
        lock (_lock)
        {
            isEvicted = IsEvicted;
            if (!isEvicted)
            {
                _reserve?.NoteUse();
                warmUp = DialAhead(count, dialed);
                isReserveDue = IsReserveDue();
            }
        }

        if (isEvicted)
        {
            return Pool.Recall(this).WarmAsync(count);
        }

        dialed.ForEach(static c => c.Loop.Submit(c.LoopHost));
        SubmitReserve(isReserveDue);
        return warmUp?.Task ?? Task.CompletedTask;
    }

    /// <summary>Under the lock: begins as many as are missing; null when none is.</summary>
    private WarmUp? DialAhead(int count, List<PooledConnection> dialed)
    {
        int missing = Math.Min(count - _connections.IdleCount - _connections.DialingCount, _connections.Room);
        if (missing <= 0)
        {
            return null;
        }

        WarmUp warmUp = new(Pool.Loop, Pool.Continuations, missing);
        for (; missing > 0; missing--)
        {
            dialed.Add(_connections.AddAhead(warmUp));
        }

        return warmUp;
    }

    /// <summary>Under the lock: how many are to be opened. Those in use do not count, nor those that requests wait for.</summary>
    private int MissingInReserve
    {
        get
        {
            int spare = _connections.IdleCount + Math.Max(0, _connections.DialingCount - _waiting.Count);
            return Math.Min(_reserve!.Size - spare, _connections.Room);
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
            return _connections.IdleCount + (isTaken ? 1 : 0) <= _reserve.Size;
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
                dialed.Add(_connections.AddAhead(warmUp: null));
            }
        }

        dialed.ForEach(static c => c.Loop.Submit(c.LoopHost));
    }

    /// <summary>Under the lock: whether connections may be opened that no request needs yet.</summary>
    private bool IsReserveOpen => !IsEvicted && !Pool.IsClosed && !Pool.Loop.IsDisposed && _reserve!.IsInUse;

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
