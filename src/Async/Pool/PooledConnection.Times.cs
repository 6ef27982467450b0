namespace PollHttp;

// When the connection, and what went over it, got how far.
internal sealed partial class PooledConnection
{
    private Instant _resolvedAt = Instant.Never;
    private Instant _connectedAt = Instant.Never;
    private Instant _securedAt = Instant.Never;

    /// <summary>After a poll: when the phases of connecting ended. As exact as the polling is.</summary>
    private void NotePhase()
    {
        if (_securedAt != Instant.Never || _pump!.Phase is ConnectPhase.None or ConnectPhase.Resolve or ConnectPhase.Closed)
        {
            return;
        }

        Instant now = _pump.Now;
        _resolvedAt = _resolvedAt == Instant.Never ? now : _resolvedAt;
        if (_pump.Phase > ConnectPhase.Tcp && _connectedAt == Instant.Never)
        {
            _connectedAt = now;
        }

        if (_pump.Phase == ConnectPhase.Http)
        {
            _securedAt = now;
        }
    }

    private void AttachTimes(Exchange exchange, Response response) =>
        response.Attach(exchange.StartedAt, Current.Times, Current.BodyBytesReceived);
}
