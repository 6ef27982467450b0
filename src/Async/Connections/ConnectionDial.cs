namespace PollHttp;

/// <summary>
/// For whom a connection is being made that no exchange is bound to: for one of the waiting ones, for a warm-up, or for the reserve. The
/// origin counts it until it is made, or can't be.
/// </summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class ConnectionDial(OriginPool origin, Exchange? initiator, WarmUp? warmUp)
{
    private WarmUp? _warmUp = warmUp;

    /// <summary>The waiting one that it is made for, or null.</summary>
    public Exchange? Initiator => initiator;

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
