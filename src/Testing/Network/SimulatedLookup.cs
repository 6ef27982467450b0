using System.Net;

namespace PollHttp.Testing;

/// <summary>Represents a lookup in virtual time.</summary>
internal sealed class SimulatedLookup(SimulatedNetwork network, HostEntry entry, IPoller? waker) : ILookup, IScheduled
{
    private const int FirstAnswer = 0;
    private const int LastAnswer = 1;

    private bool _done;
    private bool _disposed;

    public bool IsCompleted
    {
        get
        {
            network.Clock.RunDue();
            return _done;
        }
    }

    public IReadOnlyList<IPAddress> Addresses { get; private set; } = [];

    public Exception? Failure => _done ? entry.Failure : null;

    public void Run(int what)
    {
        if (what == FirstAnswer && entry.LateAddresses is not null)
        {
            Addresses = entry.Addresses;
            network.Clock.Schedule(network.Clock.Now + entry.LateBy.Ticks, this, LastAnswer);
        }
        else
        {
            Addresses = [.. entry.Addresses, .. entry.LateAddresses ?? []];
            _done = true;
        }

        waker?.Wake();
    }

    public bool IsCalledOff(int what) => _disposed;

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            network.LookupClosed();
        }
    }
}
