using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Pool;

// Connections that many requests share (HTTP/2). Each request has a place on one, which is kept and waits among the idle ones like a
// connection of its own. Nothing of it happens where only HTTP/1.1 may be spoken.
internal sealed partial class OriginPool
{
    private SharedProtocol _protocol;

    /// <summary>What the server has chosen to speak.</summary>
    private enum SharedProtocol
    {
        /// <summary>When that is not known: one connection is made to find out (R2-148).</summary>
        Unknown,

        /// <summary>When requests share connections.</summary>
        Shared,

        /// <summary>When each request has a connection of its own.</summary>
        Own,
    }

    /// <summary>Gets a value indicating whether requests wait.</summary>
    public bool HasWaiting => Locked(static p => p._waiting.Count) > 0;

    private bool IsShared => Locked(static p => (int)p._protocol) == (int)SharedProtocol.Shared;

    /// <summary>Under the lock: whether another connection may be made beside those that are there or being made.</summary>
    private bool MayDialMore => Key.Versions == HttpVersions.Http1 || _protocol switch
    {
        SharedProtocol.Own => true,
        SharedProtocol.Unknown => _connections.DialingCount == 0,
        _ => _connections.DialingCount == 0 && (Pool.Settings.EnablesMultipleHttp2Connections || _connections.Shared.All(static s => s.IsRetired)),
    };

    /// <summary>A connection is there that serves one request at a time: those that waited to learn this have connections of their own made.</summary>
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

    /// <summary>A connection turned out to be one that requests share: those that wait have places on it.</summary>
    public void AddShared(SharedHost shared)
    {
        lock (_lock)
        {
            _protocol = SharedProtocol.Shared;
            _connections.AddShared(shared);
        }

        Pool.Loop.Submit(shared);
    }

    /// <summary>On the loop: forgets a shared connection that has ended; places on it that are idle end too.</summary>
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

    /// <summary>On the loop: begins waiting requests as far as shared connections have room, and dials for the rest.</summary>
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
