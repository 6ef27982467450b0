namespace PollHttp.Testing;

/// <summary>Registers the inner transport of a faulty transport, and reports the faulty transport.</summary>
internal sealed class FaultyPoller(IPoller inner) : IPoller
{
    private readonly Dictionary<ITransport, ITransport> _outerOf = [];
    private readonly HashSet<ITransport> _immediate = [];
    private readonly List<ITransport> _ready = [];

    public void Set(ITransport transport, TransportInterest interest)
    {
        ITransport target = transport is FaultyTransport faulty ? faulty.Inner : transport;
        bool immediate = (interest & TransportInterest.Immediate) != 0;
        inner.Set(target, interest & ~TransportInterest.Immediate);
        _immediate.Remove(transport);
        _outerOf.Remove(target);
        if (immediate)
        {
            _immediate.Add(transport);
        }
        else if (interest != TransportInterest.None)
        {
            _outerOf[target] = transport;
        }
    }

    public int Wait(TimeSpan timeout, IList<ITransport> ready)
    {
        _ready.Clear();
        inner.Wait(_immediate.Count > 0 ? TimeSpan.Zero : timeout, _ready);
        int count = 0;
        foreach (ITransport target in _ready)
        {
            if (_outerOf.TryGetValue(target, out ITransport? outer))
            {
                ready.Add(outer);
                count++;
            }
        }

        foreach (ITransport transport in _immediate)
        {
            ready.Add(transport);
            count++;
        }

        return count;
    }

    public void Wake() => inner.Wake();

    public void Dispose() => inner.Dispose();
}
