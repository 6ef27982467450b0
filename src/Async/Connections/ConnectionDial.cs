using PollHttp.Exchanges;
using PollHttp.Pool;

namespace PollHttp.Connections;

/// <summary>
/// For whom a connection is being made that no exchange is bound to: for one of the waiting ones, for a warm-up, or for the reserve. The
/// origin counts it until it is made, or can't be.
/// It may take longer than the request it is made for, which ends before or is sent on another one: for some time it goes on for the next
/// request. Without an end a connect or a proxy that never answers would hold it for ever.
/// </summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class ConnectionDial(OriginPool origin, Exchange? initiator, WarmUp? warmUp)
{
    /// <summary>How long it goes on without its request, at least; at most twice that. The platform's handler gives 5 s too.</summary>
    private static readonly TimeSpan s_unneeded = TimeSpan.FromSeconds(5);

    private WarmUp? _warmUp = warmUp;
    private bool _isUnneeded;

    /// <summary>When it is to be looked at whether it is still needed.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>The waiting one that it is made for, or null.</summary>
    public Exchange? Initiator => initiator;

    /// <summary>It begins.</summary>
    public void Begin(Instant now) => Deadline = initiator is null ? Instant.Never : now + s_unneeded;

    /// <summary>Whether somebody needs this very connection: the next request might, as long as there may be one.</summary>
    public bool IsNeededBy(PooledConnection connection) => initiator is null
        ? !origin.Pool.IsClosed
        : !initiator.IsFinished && ReferenceEquals(initiator.Connection, connection);

    /// <summary>It has taken long. False: nobody has needed it for some time.</summary>
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

    /// <summary>It is made, and was offered to whoever waits.</summary>
    public void OnMade() => EndWarmUp(null);

    /// <summary>The connection can't be made: whoever it was made for hears of it, if nothing else served him meanwhile.</summary>
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

    /// <summary>The connection is closed.</summary>
    public void OnClosed() => EndWarmUp(origin.Pool.Disposed());

    private void EndWarmUp(Exception? error)
    {
        WarmUp? warmUp = _warmUp;
        _warmUp = null;
        warmUp?.OnMade(error);
    }
}
