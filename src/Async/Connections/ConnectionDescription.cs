namespace PollHttp.Connections;

/// <summary>What responses tell of their connection: when it was made, where it leads. One object for the first response, one for all
/// others.</summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class ConnectionDescription(PollLoop loop)
{
    private ConnectionInfo? _info;

    public ConnectionInfo Get(PollConnection pump, bool isReused)
    {
        if (_info is null || _info.IsReused != isReused)
        {
            _info = new(loop, new(pump.ResolvedAt, pump.ConnectedAt, pump.OpenedAt))
            {
                RemoteEndPoint = pump.RemoteEndPoint,
                Tls = pump.Tls,
                IsReused = isReused,
            };
        }

        return _info;
    }
}
