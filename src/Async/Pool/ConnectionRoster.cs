using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Pool;

/// <summary>
/// The connections to one origin: all of them, those that are being made, and the idle ones, last in first out. Where requests share
/// connections, each has a place on one that is listed like a connection of its own, and the shared ones are listed apart.
/// </summary>
/// <remarks>Thread safety: under the lock of its pool.</remarks>
/// <param name="origin">The pool that the connections belong to.</param>
/// <param name="limit">How many there may be; some calls go above it for a moment.</param>
internal sealed class ConnectionRoster(OriginPool origin, int limit)
{
    private readonly List<PooledConnection> _idle = [];
    private readonly HashSet<PooledConnection> _all = [];
    private readonly List<SharedHost> _shared = [];
    private int _places;

    public int Count => _all.Count;

    public int IdleCount => _idle.Count;

    /// <summary>Gets how many are being made for whichever exchange is first.</summary>
    public int DialingCount { get; private set; }

    /// <summary>Gets how many more there may be; below zero while there are more than the limit.</summary>
    public int Room => limit - (_all.Count - _places) - _shared.Count;

    public IEnumerable<PooledConnection> All => _all;

    public IEnumerable<PooledConnection> Idle => _idle;

    public IReadOnlyList<SharedHost> Shared => _shared;

    /// <summary>Takes the connection that was used last out of the idle ones; null when there is none.</summary>
    public PooledConnection? TakeIdle()
    {
        if (_idle.Count == 0)
        {
            return null;
        }

        PooledConnection last = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        return last;
    }

    /// <summary>Takes a connection out of the idle ones; false when it is in use by now.</summary>
    public bool TakeIdle(PooledConnection connection) => _idle.Remove(connection);

    public void AddIdle(PooledConnection connection) => _idle.Add(connection);

    /// <summary>Makes a connection on which this exchange is sent first, and no other.</summary>
    public PooledConnection AddFor(Exchange exchange) => Add(new(origin, exchange, isBound: true));

    /// <summary>Makes a connection for this exchange, or for whichever waits longest once it is there.</summary>
    public PooledConnection AddDialing(Exchange initiator)
    {
        DialingCount++;
        return Add(new(origin, initiator, isBound: false));
    }

    /// <summary>Makes a connection that no exchange needs yet.</summary>
    public PooledConnection AddAhead(WarmUp? warmUp)
    {
        DialingCount++;
        return Add(new(origin, warmUp));
    }

    /// <summary>A connection that was being made is there.</summary>
    public void OnDialed() => DialingCount--;

    /// <summary>A connection turned out to be one that requests share, and is a place on it from now on.</summary>
    public void AddShared(SharedHost shared)
    {
        _shared.Add(shared);
        _places++;
    }

    /// <summary>Removes a shared connection that has ended; false when it was removed before.</summary>
    public bool RemoveShared(SharedHost shared) => _shared.Remove(shared);

    /// <summary>Makes a place on a shared connection; null when none has room.</summary>
    public PooledConnection? AddPlace()
    {
        if (FindRoom() is not { } shared)
        {
            return null;
        }

        _places++;
        return Add(new(origin, shared));
    }

    /// <summary>Finds a shared connection that has room; null when there is none.</summary>
    public SharedHost? FindRoom()
    {
        foreach (SharedHost shared in _shared)
        {
            if (shared.HasRoom)
            {
                return shared;
            }
        }

        return null;
    }

    /// <summary>Removes a closed connection; false when it was removed before.</summary>
    public bool Remove(PooledConnection connection, bool wasDialing)
    {
        _idle.Remove(connection);
        if (!_all.Remove(connection))
        {
            return false;
        }

        DialingCount -= wasDialing ? 1 : 0;
        _places -= connection.IsPlace ? 1 : 0;
        return true;
    }

    private PooledConnection Add(PooledConnection connection)
    {
        _all.Add(connection);
        return connection;
    }
}
