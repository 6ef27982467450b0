using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Pool;

// Connections that many requests share (HTTP/2). Each request has a place on one, which is kept and is idle like a connection of its own.
// None of this is used if only HTTP/1.1 is allowed.
internal sealed partial class OriginPool
{
    private SharedProtocol _protocol;

    /// <summary>Specifies the protocol that the server has chosen.</summary>
    private enum SharedProtocol
    {
        /// <summary>The choice is not known, and one connection is made to find out.</summary>
        Unknown,

        /// <summary>The server speaks HTTP/2, and requests share connections.</summary>
        Shared,

        /// <summary>The server speaks HTTP/1.1, and each request has a connection of its own.</summary>
        Own,
    }

    /// <summary>Gets a value indicating whether requests wait for a connection.</summary>
    public bool HasWaiting => Locked(static p => p._waiting.Count) > 0;

    private bool IsShared => Locked(static p => (int)p._protocol) == (int)SharedProtocol.Shared;

    /// <summary>Determines whether one more connection may be made beside the existing ones. The caller holds the lock.</summary>
    /// <param name="exchange">The exchange that it is made for.</param>
    /// <param name="mayExceed">True if it may exceed the limit. So may the one that finds out whether a server that chose HTTP/1.1 takes HTTP/2, since
    /// no other connection would serve the request.</param>
    private bool MayDialFor(Exchange exchange, bool mayExceed = false)
    {
        if (_protocol == SharedProtocol.Own && Requires(exchange))
        {
            return _connections.Http2Dials == 0;
        }

        return (mayExceed || _connections.Room > 0) && (Key.Versions == HttpVersions.Http1 || _protocol switch
        {
            SharedProtocol.Own => true,
            SharedProtocol.Unknown => !IsDialing,
            _ => !IsDialing && (Pool.Settings.EnablesMultipleHttp2Connections || _connections.Shared.All(static s => s.IsRetired)),
        });
    }

    /// <summary>Adds the next connection that waiting requests lack. The caller holds the lock.</summary>
    /// <param name="first">The request that it is made for.</param>
    private PooledConnection? DialNext(out Exchange? first)
    {
        first = null;
        if (Pool.IsAborted)
        {
            return null;
        }

        if (_protocol == SharedProtocol.Own)
        {
            foreach (bool requiresHttp2 in (ReadOnlySpan<bool>)[true, false])
            {
                first = _waiting.FirstWithoutDial(requiresHttp2);
                if (first is not null && DialWhereDue(first) is { } dialed)
                {
                    return dialed;
                }
            }

            return null;
        }

        first = _waiting.FirstWithoutDial();
        return first is null ? null : DialWhereDue(first);
    }

    /// <summary>Determines whether a connection in HTTP/1.1 is of no use to an exchange, though the server may choose it.</summary>
    public bool Requires(Exchange exchange) => _serverChooses && exchange.RequiresHttp2;

    private bool IsDialing => _connections.DialingCount + _connections.Scouts > 0;

    /// <summary>Records that a connection bound to one exchange was made, or failed.</summary>
    public void Scouted(PooledConnection connection)
    {
        if (Key.Versions != HttpVersions.Http1)
        {
            lock (_lock)
            {
                _connections.OnScouted(connection);
            }
        }
    }

    /// <summary>Records that the origin serves one request at a time on a connection, and dials for the requests that waited to learn
    /// this.</summary>
    public void NoteUnshared()
    {
        if (Key.Versions == HttpVersions.Http1)
        {
            return;
        }

        bool isNews;
        lock (_lock)
        {
            isNews = _protocol != SharedProtocol.Own;
            _protocol = SharedProtocol.Own;
        }

        if (isNews)
        {
            DialWhereDue();
        }
    }

    /// <summary>Adds a connection that turned out to be shared by requests. Waiting requests get places on it.</summary>
    public void AddShared(SharedHost shared)
    {
        lock (_lock)
        {
            _protocol = SharedProtocol.Shared;
            _connections.AddShared(shared);
        }

        Pool.Loop.Submit(shared);
    }

    /// <summary>Removes a shared connection that has closed, and closes the idle places on it. Called on the loop.</summary>
    public void RemoveShared(SharedHost shared)
    {
        PooledConnection[] idle;
        lock (_lock)
        {
            if (!_connections.RemoveShared(shared))
            {
                return;
            }

            idle = [.. _connections.Idle];
        }

        Array.ForEach(idle, static c => c.OnShared());
        ServeWaiting();
    }

    /// <summary>Starts waiting requests while shared connections have room, and dials for the rest. Called on the loop.</summary>
    public void ServeWaiting()
    {
        while (true)
        {
            PooledConnection? place = null;
            Exchange? next = null;
            bool hasRoom;
            lock (_lock)
            {
                SharedHost? room = Pool.IsAborted ? null : _connections.FindRoom();
                hasRoom = room is not null;
                if (room is not null)
                {
                    next = _waiting.TakeNext(isShared: true);
                    place = next is null ? null : _connections.AddPlace(room); // whose room another thread may take meanwhile
                }
            }

            if (place is null)
            {
                if (!hasRoom)
                {
                    DialWhereDue();
                }

                return;
            }

            if (!place.TryReuse(next!))
            {
                Start(next!);
            }
        }
    }
}
