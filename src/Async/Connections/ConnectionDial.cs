using PollHttp.Exchanges;
using PollHttp.Pool;

namespace PollHttp.Connections;

/// <summary>
/// Represents the making of a connection that is not bound to an exchange: for a request in the wait queue, for a warm-up, or for the
/// reserve. The origin counts it until it is made or fails. It may take longer than its request, which may end or be sent on another
/// connection. It then goes on for some time for the next request. Without a limit, a connect or a proxy that never answers would hold it
/// for ever.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the connection.</remarks>
internal sealed class ConnectionDial(OriginPool origin, Exchange? initiator, WarmUp? warmUp)
{
    /// <summary>
    /// How long the dial goes on without its request, at least. The most is twice that. The handler of the platform uses 5 s too.
    /// </summary>
    private static readonly TimeSpan s_unneeded = TimeSpan.FromSeconds(5);

    private WarmUp? _warmUp = warmUp;
    private bool _isUnneeded;

    /// <summary>Gets the time at which to check whether the connection is still needed.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>Gets the request in the wait queue that the connection is made for, or null.</summary>
    public Exchange? Initiator => initiator;

    /// <summary>Begins the dial.</summary>
    public void Begin(Instant now) => Deadline = initiator is null ? Instant.Never : now + s_unneeded;

    /// <summary>
    /// Determines whether this connection is still needed. Without an initiator it is, until the pool is closed, as a request may come.
    /// </summary>
    public bool IsNeededBy(PooledConnection connection) => initiator is null
        ? !origin.Pool.IsClosed
        : !initiator.IsFinished && ReferenceEquals(initiator.Connection, connection);

    /// <summary>Determines whether the dial goes on although it has taken long.</summary>
    /// <returns>False if the connection was not needed at this check and at the one before.</returns>
    public bool GoesOn(PooledConnection connection, Instant now)
    {
        bool isUnneeded = !IsNeededBy(connection);
        if (isUnneeded && _isUnneeded)
        {
            return false;
        }

        _isUnneeded = isUnneeded;
        Deadline = now + s_unneeded;
        return true;
    }

    /// <summary>Ends the warm-up. The connection is made and was offered to the wait queue.</summary>
    public void OnMade() => EndWarmUp(null);

    /// <summary>
    /// Handles the failure to make the connection. The warm-up fails, or the request does if it is still in the wait queue.
    /// </summary>
    public void Fail(in Fault fault)
    {
        if (initiator is null)
        {
            EndWarmUp(FaultMapping.ToConnectException(origin.Key, fault));
        }
        else if (origin.TakeWaiting(initiator))
        {
            initiator.Fail(FaultMapping.ToRequestException(initiator, fault));
        }
    }

    /// <inheritdoc cref="Fail(in Fault)"/>
    public void Fail(Exception error)
    {
        EndWarmUp(error);
        if (initiator is not null && origin.TakeWaiting(initiator))
        {
            initiator.Fail(error);
        }
    }

    /// <summary>Handles the close of the connection.</summary>
    public void OnClosed() => EndWarmUp(origin.Pool.Disposed());

    private void EndWarmUp(Exception? error)
    {
        WarmUp? warmUp = _warmUp;
        _warmUp = null;
        warmUp?.OnMade(error);
    }
}
