namespace PollHttp.Connections;

/// <summary>What responses tell of their connection: when it was made, where it leads. One object for the first response, one for all
/// others.</summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class ConnectionDescription(PollLoop loop)
{
    private Instant _resolvedAt = Instant.Never;
    private Instant _connectedAt = Instant.Never;
    private Instant _securedAt = Instant.Never;
    private ConnectionInfo? _info;

    /// <summary>After a poll: when the phases of connecting ended. As exact as the polling is.</summary>
    public void NotePhase(PollConnection pump)
    {
        if (_securedAt != Instant.Never || pump.Phase is ConnectPhase.None or ConnectPhase.Resolve or ConnectPhase.Closed)
        {
            return;
        }

        Instant now = pump.Now;
        _resolvedAt = _resolvedAt == Instant.Never ? now : _resolvedAt;
        if (pump.Phase > ConnectPhase.Tcp && _connectedAt == Instant.Never)
        {
            _connectedAt = now;
        }

        if (pump.Phase == ConnectPhase.Http)
        {
            _securedAt = now;
        }
    }

    public ConnectionInfo Get(PollConnection pump, bool isReused)
    {
        if (_info is null || _info.IsReused != isReused)
        {
            _info = new(loop, new(_resolvedAt, _connectedAt, _securedAt))
            {
                RemoteEndPoint = pump.RemoteEndPoint,
                Tls = pump.Tls,
                IsReused = isReused,
            };
        }

        return _info;
    }
}
