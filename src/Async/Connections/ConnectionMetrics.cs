using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using PollHttp.Loop;
using PollHttp.Pool;
using PollHttp.Settings;
using PollHttp.Telemetry;

namespace PollHttp.Connections;

/// <summary>Reports a connection to metrics, logs and events: open while HTTP can be spoken, and idle or active meanwhile.</summary>
/// <remarks>Thread safety: the use is recorded under the lock of the connection and reported later, by one thread at a time.</remarks>
internal sealed class ConnectionMetrics(PoolKey key, ExchangeSettings settings, Notices notices)
{
    private const string Active = "active";
    private const string Idle = "idle";
    private const string Closed = "closed";

    private static long s_last;

    private readonly ClientMetrics _metrics = settings.Telemetry.Metrics;
    private Action? _tellActive;
    private Action? _tellIdle;
    private string? _use;
    private string? _countedAs;
    private long _openedAt;
    private TimeSpan _openFor;
    private EndPoint? _peer;
    private string? _version;
    private string? _reason;
    private long _id;
    private bool _isOpenTold;

    public void OnActive(PollConnection pump) => Note(Active, pump);

    public void OnIdle(PollConnection pump) => Note(Idle, pump);

    /// <param name="pump">The connection, which is not closed yet.</param>
    /// <param name="own">The reason for the close if neither the connection nor the peer has one.</param>
    public void OnClosed(PollConnection? pump, string own)
    {
        if (_use is not null)
        {
            _openFor = Stopwatch.GetElapsedTime(_openedAt);
            _reason = IsTold ? ReasonOf(pump!, own) : null;
            Note(Closed, null);
        }
    }

    private bool IsTold => settings.Logger is not NullLogger || PollHttpEventSource.Instance.Watches(PollHttpEventSource.Keywords.Connections);

    private static string ReasonOf(PollConnection pump, string own) =>
        pump.Fault.Exists ? pump.Fault.Kind.ToString()
        : pump.Http.CloseReasons != CloseReasons.None ? pump.Http.CloseReasons.ToString()
        : own;

    private void Note(string use, PollConnection? pump)
    {
        if (ReferenceEquals(use, _use))
        {
            return;
        }

        bool isTold = (_use is null || ReferenceEquals(use, Closed)) && IsTold;
        if (_use is null)
        {
            _openedAt = Stopwatch.GetTimestamp();
            _peer = pump!.RemoteEndPoint;
            _version = pump.Http.Protocol.Major >= 2 ? "2" : "1.1";
            _id = Interlocked.Increment(ref s_last);
        }

        _use = use;
        if (isTold || _metrics.OpenConnections.Enabled || _metrics.ConnectionDuration.Enabled)
        {
            notices.Add(use switch
            {
                Active => _tellActive ??= () => Tell(Active),
                Idle => _tellIdle ??= () => Tell(Idle),
                _ => () => Tell(Closed),
            });
        }
    }

    private void Tell(string use)
    {
        if (!_isOpenTold)
        {
            _isOpenTold = true;
            Log.ConnectionOpened(settings.Logger, key.Host, key.Port, _peer);
            if (PollHttpEventSource.Instance.Watches(PollHttpEventSource.Keywords.Connections))
            {
                PollHttpEventSource.Instance.ConnectionOpened(_id, key.Host, key.Port, _peer?.ToString() ?? "", _version!);
            }
        }

        bool isClosed = ReferenceEquals(use, Closed);
        try
        {
            Count(isClosed ? null : use);
            if (isClosed && _metrics.ConnectionDuration.Enabled)
            {
                _metrics.ConnectionDuration.Record(_openFor.TotalSeconds, Tags(null));
            }
        }
        finally
        {
            if (isClosed)
            {
                Log.ConnectionClosed(settings.Logger, key.Host, key.Port, _reason);
                if (_reason is { } reason && PollHttpEventSource.Instance.Watches(PollHttpEventSource.Keywords.Connections))
                {
                    PollHttpEventSource.Instance.ConnectionClosed(_id, key.Host, key.Port, reason, _openFor.TotalMilliseconds);
                }
            }
        }
    }

    private void Count(string? use)
    {
        string? before = _countedAs;
        if (ReferenceEquals(use, before))
        {
            return;
        }

        _countedAs = null;
        if (before is not null)
        {
            _metrics.OpenConnections.Add(-1, Tags(before));
        }

        if (use is not null && _metrics.OpenConnections.Enabled)
        {
            _metrics.OpenConnections.Add(1, Tags(use));
            _countedAs = use;
        }
    }

    private TagList Tags(string? state)
    {
        TagList tags = new()
        {
            { "server.address", key.Host },
            { "server.port", key.Port },
            { "url.scheme", key.IsTls ? "https" : "http" },
            { "network.protocol.version", _version },
        };
        if (state is not null)
        {
            tags.Add("http.connection.state", state);
        }

        if (_peer is IPEndPoint peer)
        {
            tags.Add("network.peer.address", peer.Address.ToString());
        }

        return tags;
    }
}
