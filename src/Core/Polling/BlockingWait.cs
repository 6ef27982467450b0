namespace PollHttp.Core;

/// <summary>
/// Waits in a poller until a connection can make progress: this is what <see cref="PollClient.BlockingMode"/> does between two polls.
/// </summary>
internal sealed class BlockingWait(INetwork network) : IDisposable
{
    // The interval for checking a lookup or handshake that was begun without a poller to wake.
    private static readonly TimeSpan s_blindWait = TimeSpan.FromMilliseconds(10);

    private readonly List<ITransport> _ready = [];
    private IPoller? _poller;
    private bool _hasWaker;

    /// <summary>Returns the poller that the next connection wakes; null for none.</summary>
    /// <param name="isBlocking">Whether the client waits here.</param>
    public IPoller? WakerFor(bool isBlocking)
    {
        _hasWaker = isBlocking;
        return isBlocking ? Poller : null;
    }

    /// <summary>Gets what to wait for, with an early deadline if the end of a lookup or handshake wakes nothing.</summary>
    public Wants WantsOf(PollConnection connection)
    {
        Wants wants = connection.Wants;
        return IsBlind(connection) && connection.Now + s_blindWait is var next && next < wants.Deadline ? wants with { Deadline = next } : wants;
    }

    /// <summary>Waits until the connection can make progress.</summary>
    /// <returns>False if only the application can make progress.</returns>
    public bool Sleep(PollConnection connection)
    {
        TransportInterest interest = connection.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            return true;
        }

        Wants wants = WantsOf(connection);
        ITransport? transport = interest == TransportInterest.None ? null : connection.Transport;
        if (connection.IsOpen && (wants.Flags is WantFlags.Application || (transport is null && wants.Deadline == Instant.Never)))
        {
            return false;
        }

        TimeSpan timeout = Timeout.InfiniteTimeSpan;
        if (wants.Deadline != Instant.Never)
        {
            timeout = wants.Deadline - connection.Now;
            timeout = timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero;
        }

        Await(transport, interest, connection.Contenders, timeout);
        return true;
    }

    public void Dispose()
    {
        _poller?.Dispose();
        _poller = null;
    }

    private IPoller Poller => _poller ??= network.CreatePoller();

    private bool IsBlind(PollConnection connection) => !_hasWaker
        && (connection.IsResolving || connection.Phase is ConnectPhase.Resolve or ConnectPhase.ProxyTls or ConnectPhase.Tls);

    private void Await(ITransport? transport, TransportInterest interest, IReadOnlyList<ITransport> contenders, TimeSpan timeout)
    {
        // Registered only while waiting: the connection may replace or dispose its transports in any poll.
        if (transport is not null)
        {
            Poller.Set(transport, interest);
        }

        foreach (ITransport contender in contenders)
        {
            Poller.Set(contender, contender.GetInterest(TransportInterest.None));
        }

        try
        {
            _ready.Clear();
            Poller.Wait(timeout, _ready);
        }
        finally
        {
            _ready.Clear();
            if (transport is not null)
            {
                Poller.Set(transport, TransportInterest.None);
            }

            foreach (ITransport contender in contenders)
            {
                Poller.Set(contender, TransportInterest.None);
            }
        }
    }
}
