using System.Net;

namespace PollHttp.Testing;

/// <summary>A lookup under way on virtual time.</summary>
internal sealed class SimulatedLookup(SimulatedNetwork network, HostEntry entry, IPoller? waker) : ILookup, IScheduled
{
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

    public IReadOnlyList<IPAddress> Addresses => _done ? entry.Addresses : [];

    public Exception? Failure => _done ? entry.Failure : null;

    public void Run(int what)
    {
        _done = true;
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
