using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Pool;

/// <summary>The connections to one origin: all of them, those that are being made, and the idle ones, last in first out.</summary>
/// <remarks>Thread safety: under the lock of its pool.</remarks>
/// <param name="origin">The pool that the connections belong to.</param>
/// <param name="limit">How many there may be; some calls go above it for a moment.</param>
internal sealed class ConnectionRoster(OriginPool origin, int limit)
{
    private readonly List<PooledConnection> _idle = [];
    private readonly HashSet<PooledConnection> _all = [];

    public int Count => _all.Count;

    public int IdleCount => _idle.Count;

    /// <summary>Gets how many are being made for whichever exchange is first.</summary>
    public int DialingCount { get; private set; }

    /// <summary>Gets how many more there may be; below zero while there are more than the limit.</summary>
    public int Room => limit - _all.Count;

    public IEnumerable<PooledConnection> All => _all;

    public IEnumerable<PooledConnection> Idle => _idle;

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

    /// <summary>Removes a closed connection; false when it was removed before.</summary>
    public bool Remove(PooledConnection connection, bool wasDialing)
    {
        _idle.Remove(connection);
        if (!_all.Remove(connection))
        {
            return false;
        }

        DialingCount -= wasDialing ? 1 : 0;
        return true;
    }

    private PooledConnection Add(PooledConnection connection)
    {
        _all.Add(connection);
        return connection;
    }
}
