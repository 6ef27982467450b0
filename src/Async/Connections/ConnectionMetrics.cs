using System.Diagnostics;

namespace PollHttp;

/// <summary>The connection as it is counted and logged: open while HTTP can be spoken, and idle or active meanwhile.</summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class ConnectionMetrics(PoolKey key, ExchangeSettings settings)
{
    private string? _countedAs;
    private long _openedAt;
    private EndPoint? _peer;

    public void OnActive(PollConnection pump) => CountAs("active", pump);

    public void OnIdle(PollConnection pump) => CountAs("idle", pump);

    /// <summary>The end of a connection belongs to no call: a logger or a listener that throws here has nobody to tell, and must not keep
    /// the connection from being closed.</summary>
    public void OnClosed()
    {
        if (_countedAs is null)
        {
            return;
        }

        try
        {
            CountAs(null, null);
            Log.ConnectionClosed(settings.Logger, key.Host, key.Port);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _countedAs = null;
        }
    }

    private void CountAs(string? state, PollConnection? pump)
    {
        if (ReferenceEquals(state, _countedAs))
        {
            return;
        }

        ClientMetrics metrics = settings.Telemetry.Metrics;
        if (_countedAs is null)
        {
            _openedAt = Stopwatch.GetTimestamp();
            _peer = pump!.RemoteEndPoint;
            Log.ConnectionOpened(settings.Logger, key.Host, key.Port, _peer);
        }
        else if (metrics.OpenConnections.Enabled)
        {
            metrics.OpenConnections.Add(-1, Tags(_countedAs));
        }

        if (state is null && metrics.ConnectionDuration.Enabled)
        {
            metrics.ConnectionDuration.Record(Stopwatch.GetElapsedTime(_openedAt).TotalSeconds, Tags(null));
        }

        _countedAs = state;
        if (state is not null && metrics.OpenConnections.Enabled)
        {
            metrics.OpenConnections.Add(1, Tags(state));
        }
    }

    private TagList Tags(string? state)
    {
        TagList tags = new()
        {
            { "server.address", key.Host },
            { "server.port", key.Port },
            { "url.scheme", key.IsTls ? "https" : "http" },
            { "network.protocol.version", "1.1" },
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
