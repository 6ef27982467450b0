using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Pool;

/// <summary>
/// Lists the connections to one origin: all of them, the ones being made, and the idle ones, last in first out. If requests share
/// connections, each request has a place on one. A place is listed like a connection of its own, and shared connections are listed apart.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the pool.</remarks>
/// <param name="origin">The pool that the connections belong to.</param>
/// <param name="limit">The largest number of connections, which some calls exceed for a moment.</param>
internal sealed class ConnectionRoster(OriginPool origin, int limit)
{
    private readonly List<PooledConnection> _idle = [];
    private readonly HashSet<PooledConnection> _all = [];
    private readonly List<SharedHost> _shared = [];
    private int _places;
    private int _http2Dialing;
    private int _http2Scouts;

    public int Count => _all.Count;

    public int IdleCount => _idle.Count;

    /// <summary>Gets the number of connections being made that are not bound to one exchange.</summary>
    public int DialingCount { get; private set; }

    /// <summary>Gets the number of connections being made that are bound to one exchange and may turn out to be shared.</summary>
    public int Scouts { get; private set; }

    /// <summary>Gets the number of connections being made that are of use in HTTP/2 alone, bound to one exchange or not.</summary>
    public int Http2Dials => _http2Dialing + _http2Scouts;

    /// <summary>Gets the number of connections being made that are not bound to one exchange and are of use in any version.</summary>
    public int DialingForAny => DialingCount - _http2Dialing;

    /// <summary>Gets the number of further connections that the limit allows; negative while there are more than the limit.</summary>
    public int Room => limit - (_all.Count - _places) - _shared.Count;

    public IEnumerable<PooledConnection> All => _all;

    public IEnumerable<PooledConnection> Idle => _idle;

    public IReadOnlyList<SharedHost> Shared => _shared;

    /// <summary>Takes the idle connection that was used last; null when there is none.</summary>
    /// <param name="isPlace">True if only a place on a shared connection will do.</param>
    public PooledConnection? TakeIdle(bool isPlace)
    {
        int last = isPlace ? _idle.FindLastIndex(static c => c.IsPlace) : _idle.Count - 1;
        if (last < 0)
        {
            return null;
        }

        PooledConnection taken = _idle[last];
        _idle.RemoveAt(last);
        return taken;
    }

    /// <summary>Removes a connection from the idle ones. Returns false when it is already in use.</summary>
    public bool TakeIdle(PooledConnection connection) => _idle.Remove(connection);

    public void AddIdle(PooledConnection connection) => _idle.Add(connection);

    /// <summary>Adds a connection that is bound to this exchange, which is sent on it first.</summary>
    public PooledConnection AddFor(Exchange exchange)
    {
        PooledConnection connection = new(origin, exchange, isBound: true) { IsScout = origin.Key.Versions != HttpVersions.Http1 };
        Scouts += connection.IsScout ? 1 : 0;
        if (origin.Requires(exchange))
        {
            CountHttp2(connection, begins: true);
        }

        return Add(connection);
    }

    /// <summary>Records that a connection bound to one exchange was made, or failed.</summary>
    public void OnScouted(PooledConnection connection)
    {
        if (_http2Dialing + _http2Scouts > 0 && connection.RequiresHttp2)
        {
            CountHttp2(connection, begins: false);
        }

        Scouts -= connection.IsScout ? 1 : 0;
        connection.IsScout = false;
    }

    /// <summary>Adds a connection for this exchange, or for the exchange that waits longest once the connection is open.</summary>
    public PooledConnection AddDialing(Exchange initiator, bool requiresHttp2)
    {
        DialingCount++;
        PooledConnection connection = new(origin, initiator, isBound: false);
        if (requiresHttp2)
        {
            CountHttp2(connection, begins: true);
        }

        return Add(connection);
    }

    /// <summary>Adds a connection that no exchange needs yet.</summary>
    public PooledConnection AddAhead(WarmUp? warmUp, bool requiresHttp2)
    {
        DialingCount++;
        PooledConnection connection = new(origin, warmUp);
        if (requiresHttp2)
        {
            CountHttp2(connection, begins: true);
        }

        return Add(connection);
    }

    /// <summary>Records that a connection being made is now open.</summary>
    public void OnDialed(PooledConnection connection)
    {
        if (_http2Dialing + _http2Scouts > 0 && connection.RequiresHttp2)
        {
            CountHttp2(connection, begins: false);
        }

        DialingCount--;
    }

    /// <summary>Adds a connection that turned out to be shared by requests. The connection it came from becomes a place on it.</summary>
    public void AddShared(SharedHost shared)
    {
        _shared.Add(shared);
        _places++;
    }

    /// <summary>Removes a shared connection that has closed. Returns false when it was removed before.</summary>
    public bool RemoveShared(SharedHost shared) => _shared.Remove(shared);

    /// <summary>Adds a place on a shared connection; null when none has room.</summary>
    public PooledConnection? AddPlace() => FindRoom() is { } shared ? AddPlace(shared) : null;

    /// <summary>Adds a place on a shared connection that was found to have room.</summary>
    public PooledConnection AddPlace(SharedHost shared)
    {
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

    /// <summary>Removes a closed connection. Returns false when it was removed before.</summary>
    public bool Remove(PooledConnection connection, bool wasDialing)
    {
        _idle.Remove(connection);
        if (!_all.Remove(connection))
        {
            return false;
        }

        if (_http2Dialing + _http2Scouts > 0 && connection.RequiresHttp2)
        {
            CountHttp2(connection, begins: false);
        }

        DialingCount -= wasDialing ? 1 : 0;
        _places -= connection.IsPlace ? 1 : 0;
        return true;
    }

    /// <summary>Counts a connection that begins or ends to be made for HTTP/2 alone.</summary>
    private void CountHttp2(PooledConnection connection, bool begins)
    {
        connection.RequiresHttp2 = begins;
        if (connection.IsScout)
        {
            _http2Scouts += begins ? 1 : -1;
        }
        else
        {
            _http2Dialing += begins ? 1 : -1;
        }
    }

    private PooledConnection Add(PooledConnection connection)
    {
        _all.Add(connection);
        return connection;
    }
}
