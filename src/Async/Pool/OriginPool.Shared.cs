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

    /// <summary>Gets a value indicating whether one more connection may be made beside the existing ones. The caller holds the lock.</summary>
    private bool MayDialMore => Key.Versions == HttpVersions.Http1 || _protocol switch
    {
        SharedProtocol.Own => true,
        SharedProtocol.Unknown => !IsDialing,
        _ => !IsDialing && (Pool.Settings.EnablesMultipleHttp2Connections || _connections.Shared.All(static s => s.IsRetired)),
    };

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

        List<(PooledConnection Connection, Exchange First)> dialed = [];
        lock (_lock)
        {
            bool isNews = _protocol != SharedProtocol.Own;
            _protocol = SharedProtocol.Own;
            while (isNews && !Pool.IsAborted && _waiting.FirstWithoutDial() is { } next && DialWhereDue(next) is { } connection)
            {
                dialed.Add((connection, next));
            }
        }

        dialed.ForEach(d => BeginDialing(d.Connection, d.First));
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
        PooledConnection? dialed = null;
        Exchange? first = null;
        lock (_lock)
        {
            if (!_connections.RemoveShared(shared))
            {
                return;
            }

            idle = [.. _connections.Idle];
            if (!Pool.IsAborted && _connections.FindRoom() is null && _waiting.FirstWithoutDial() is { } next)
            {
                dialed = DialWhereDue(next);
                first = next;
            }
        }

        Array.ForEach(idle, static c => c.OnShared());
        BeginDialing(dialed, first);
        ServeWaiting();
    }

    /// <summary>Starts waiting requests while shared connections have room, and dials for the rest. Called on the loop.</summary>
    public void ServeWaiting()
    {
        while (true)
        {
            PooledConnection? place;
            PooledConnection? dialed = null;
            Exchange? next;
            lock (_lock)
            {
                if (Pool.IsAborted || _connections.FindRoom() is null)
                {
                    next = Pool.IsAborted ? null : _waiting.FirstWithoutDial();
                    dialed = next is null ? null : DialWhereDue(next);
                    place = null;
                }
                else
                {
                    next = _waiting.TakeNext();
                    place = next is null ? null : _connections.AddPlace();
                }
            }

            if (place is null)
            {
                BeginDialing(dialed, next);
                return;
            }

            if (!place.TryReuse(next!))
            {
                Start(next!);
            }
        }
    }
}
