namespace PollHttp.Connections;

/// <summary>
/// Builds what responses report about their connection: when it was made and where it leads. The first response gets one object, and all
/// others share a second one.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the connection.</remarks>
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
