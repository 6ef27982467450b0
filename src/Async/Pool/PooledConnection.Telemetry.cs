using System.Diagnostics;

namespace PollHttp;

// The connection as it is counted: open while HTTP can be spoken, and idle or active meanwhile.
internal sealed partial class PooledConnection
{
    private string? _countedAs;
    private long _openedAt;

    /// <summary>Under the gate, whenever its use may have changed. Null: it is open no longer.</summary>
    private void CountAs(string? state)
    {
        if (ReferenceEquals(state, _countedAs))
        {
            return;
        }

        ClientMetrics metrics = Settings.Telemetry.Metrics;
        if (_countedAs is null)
        {
            _openedAt = Stopwatch.GetTimestamp();
            Log.ConnectionOpened(Settings.Logger, _origin.Key.Host, _origin.Key.Port, _pump!.RemoteEndPoint);
        }
        else if (metrics.OpenConnections.Enabled)
        {
            metrics.OpenConnections.Add(-1, ConnectionTags(_countedAs));
        }

        if (state is null && metrics.ConnectionDuration.Enabled)
        {
            metrics.ConnectionDuration.Record(Stopwatch.GetElapsedTime(_openedAt).TotalSeconds, ConnectionTags(null));
        }

        _countedAs = state;
        if (state is not null && metrics.OpenConnections.Enabled)
        {
            metrics.OpenConnections.Add(1, ConnectionTags(state));
        }
    }

    /// <summary>The end of a connection belongs to no call: a logger or a listener that throws here has nobody to tell, and must not keep
    /// the connection from being closed.</summary>
    private void CountAsClosed()
    {
        bool hasBeenOpen = _countedAs is not null;
        try
        {
            CountAs(null);
            if (hasBeenOpen)
            {
                Log.ConnectionClosed(Settings.Logger, _origin.Key.Host, _origin.Key.Port);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _countedAs = null;
        }
    }

    private TagList ConnectionTags(string? state)
    {
        TagList tags = new()
        {
            { "server.address", _origin.Key.Host },
            { "server.port", _origin.Key.Port },
            { "url.scheme", _origin.Key.IsTls ? "https" : "http" },
            { "network.protocol.version", "1.1" },
        };
        if (state is not null)
        {
            tags.Add("http.connection.state", state);
        }

        if (_pump?.RemoteEndPoint is IPEndPoint peer)
        {
            tags.Add("network.peer.address", peer.Address.ToString());
        }

        return tags;
    }
}
