namespace PollHttp.Connections;

/// <summary>
/// Represents what one connection has registered with one poller: its transport and the other transports of a connect race.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the connection. Any thread, as <see cref="IPoller.Set"/> allows.</remarks>
internal sealed class PollerRegistration(IPoller poller)
{
    private ITransport? _transport;
    private List<ITransport>? _contenders;

    public TransportInterest Interest { get; private set; }

    /// <summary>Updates the poller to what a connection now wants.</summary>
    /// <param name="pump">The connection.</param>
    /// <param name="interest">The interest of its first transport, without <see cref="TransportInterest.Immediate"/>.</param>
    /// <param name="owner">The owner of a transport that is reported.</param>
    public void Set(PollConnection pump, TransportInterest interest, object owner)
    {
        ITransport? transport = pump.Transport;
        if (!ReferenceEquals(transport, _transport))
        {
            Remove();
        }

        if (transport is not null && interest != Interest)
        {
            transport.Owner = owner;
            poller.Set(transport, interest);
            _transport = transport;
            Interest = interest;
        }

        if (_contenders is not null || pump.Phase == ConnectPhase.Tcp)
        {
            SetContenders(pump.Contenders, owner);
        }
    }

    public void Clear()
    {
        Remove();
        SetContenders([], null);
    }

    private void Remove()
    {
        if (_transport is not null)
        {
            poller.Set(_transport, TransportInterest.None);
            _transport = null;
        }

        Interest = TransportInterest.None;
    }

    /// <summary>Registers the other transports of a race, and removes those that have left it.</summary>
    private void SetContenders(IReadOnlyList<ITransport> current, object? owner)
    {
        foreach (ITransport old in _contenders ?? [])
        {
            if (!ReferenceEquals(old, _transport) && !current.Contains(old))
            {
                poller.Set(old, TransportInterest.None);
            }
        }

        foreach (ITransport contender in current)
        {
            contender.Owner = owner;
            poller.Set(contender, contender.GetInterest(TransportInterest.None));
        }

        _contenders = current.Count == 0 ? null : [.. current];
    }
}
