using PollHttp.Connections;

namespace PollHttp.Pool;

// Connections ahead of need: warm-ups, and the idle connections that are kept and reopened while the origin is in use.
internal sealed partial class OriginPool
{
    private readonly IdleReserve? _reserve;

    /// <summary>
    /// Makes connections before they are needed, until the given number is idle or the limit is reached. Requests that start meanwhile use
    /// them.
    /// </summary>
    /// <param name="count">The number of connections.</param>
    /// <param name="requiresHttp2">True if they are of no use in HTTP/1.1.</param>
    public Task WarmAsync(int count, bool requiresHttp2)
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
                warmUp = DialAhead(count, _serverChooses && requiresHttp2, dialed);
                isReserveDue = IsReserveDue();
            }
        }

        if (isEvicted)
        {
            return Pool.Recall(this).WarmAsync(count, requiresHttp2);
        }

        dialed.ForEach(static c => c.Loop.Submit(c.LoopHost));
        SubmitReserve(isReserveDue);
        return warmUp?.Task ?? Task.CompletedTask;
    }

    /// <summary>Adds as many connections as are missing; null when none is. The caller holds the lock.</summary>
    private WarmUp? DialAhead(int count, bool requiresHttp2, List<PooledConnection> dialed)
    {
        int missing = Math.Min(count - _connections.IdleCount - _connections.DialingCount, _connections.Room);
        if (missing <= 0)
        {
            return null;
        }

        WarmUp warmUp = new(Pool.Loop, Pool.Continuations, missing);
        for (; missing > 0; missing--)
        {
            dialed.Add(_connections.AddAhead(warmUp, requiresHttp2));
        }

        return warmUp;
    }

    /// <summary>Gets the number of connections that the reserve lacks. Connections in use do not count, nor the ones that requests wait for.
    /// The caller holds the lock.</summary>
    private int MissingInReserve
    {
        get
        {
            int spare = _connections.IdleCount + Math.Max(0, _connections.DialingCount - _waiting.Count);
            return Math.Min(_reserve!.Size - spare, _connections.Room);
        }
    }

    /// <summary>Determines whether a connection whose idle time is over stays, because no more are idle than the reserve needs.</summary>
    /// <param name="isTaken">True if the connection was taken from the idle ones for a request.</param>
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

    /// <summary>Opens the missing connections, or sets a timer to do it after the pause. Called in a pass of the loop.</summary>
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
                dialed.Add(_connections.AddAhead(warmUp: null, requiresHttp2: false));
            }
        }

        dialed.ForEach(static c => c.Loop.Submit(c.LoopHost));
    }

    /// <summary>Gets a value indicating whether connections may be opened that no request needs yet. The caller holds the lock.</summary>
    private bool IsReserveOpen => !IsEvicted && !Pool.IsClosed && !Pool.Loop.IsDisposed && _reserve!.IsInUse;

    /// <summary>Determines whether the loop is to fill the reserve. Called after anything that may have reduced the idle connections. The
    /// caller holds the lock.</summary>
    private bool IsReserveDue() => _reserve is not null && IsReserveOpen && MissingInReserve > 0 && _reserve.BeginSubmit();

    private void SubmitReserve(bool isDue)
    {
        if (isDue)
        {
            Pool.Loop.Submit(_reserve!);
        }
    }
}
