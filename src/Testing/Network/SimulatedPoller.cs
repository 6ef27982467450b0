using System.Text;

namespace PollHttp.Testing;

/// <summary>
/// Waits by advancing the virtual clock to the next event, so that a wait of an hour takes no time. Detects deadlocks: a wait without limit
/// that nothing can end throws.
/// </summary>
internal sealed class SimulatedPoller(SimulatedNetwork network) : IPoller
{
    private readonly record struct Registration(ITransport Transport, IReadiness Readiness, TransportInterest Interest);

    private readonly object _gate = new();
    private readonly List<Registration> _registrations = [];
    private readonly Dictionary<ITransport, int> _indices = [];
    private bool _woken;
    private bool _disposed;

    public void Set(ITransport transport, TransportInterest interest)
    {
        ArgumentNullException.ThrowIfNull(transport);
        bool known = _indices.TryGetValue(transport, out int index);
        if (interest == TransportInterest.None)
        {
            if (known)
            {
                RemoveAt(index);
            }

            return;
        }

        IReadiness readiness = transport as IReadiness
            ?? throw new ArgumentException($"A {transport.GetType().Name} is not a transport of the simulated network.", nameof(transport));
        if (known)
        {
            _registrations[index] = new(transport, readiness, interest);
            return;
        }

        _indices.Add(transport, _registrations.Count);
        _registrations.Add(new(transport, readiness, interest));
    }

    public int Wait(TimeSpan timeout, IList<ITransport> ready)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(ready);
        VirtualClock clock = network.Clock;
        bool endless = timeout == Timeout.InfiniteTimeSpan || timeout.Ticks > long.MaxValue - 1 - clock.Now;
        long end = endless ? long.MaxValue : clock.Now + Math.Max(0, timeout.Ticks);
        while (true)
        {
            clock.RunDue();
            int count = Collect(ready);
            if (TakeWake() || count > 0)
            {
                return count;
            }

            long next = clock.NextDue();
            if (next == long.MaxValue && endless)
            {
                WaitForOtherThreads();
                continue;
            }

            clock.AdvanceTo(Math.Min(next, end));
            if (next > end)
            {
                return 0;
            }
        }
    }

    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            network.PollerClosed();
        }
    }

    private int Collect(IList<ITransport> ready)
    {
        int count = 0;
        foreach (Registration registration in _registrations)
        {
            if (registration.Readiness.IsDisposed)
            {
                throw new InvalidOperationException(
                    $"The {registration.Readiness.Describe()} was disposed while still registered; set its interest to None first.");
            }

            if ((registration.Interest & TransportInterest.Immediate) != 0 || registration.Readiness.IsReadyFor(registration.Interest))
            {
                ready.Add(registration.Transport);
                count++;
            }
        }

        return count;
    }

    private void RemoveAt(int index)
    {
        int last = _registrations.Count - 1;
        _indices.Remove(_registrations[index].Transport);
        if (index != last)
        {
            _registrations[index] = _registrations[last];
            _indices[_registrations[index].Transport] = index;
        }

        _registrations.RemoveAt(last);
    }

    private bool TakeWake()
    {
        lock (_gate)
        {
            bool woken = _woken;
            _woken = false;
            return woken;
        }
    }

    private void WaitForOtherThreads()
    {
        if (network.ThrowOnDeadlock)
        {
            throw new InvalidOperationException(DescribeDeadlock());
        }

        lock (_gate)
        {
            while (!_woken)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private string DescribeDeadlock()
    {
        var text = new StringBuilder("The simulation is deadlocked: no event is under way, and the poller waits without limit for ");
        foreach (Registration registration in _registrations)
        {
            text.Append(registration.Readiness.Describe()).Append(" to become ready for ").Append(registration.Interest).Append("; ");
        }

        return text.Append(_registrations.Count == 0 ? "a wake-up" : "or a wake-up").Append(". ")
            .Append("Code under test may wait for something outside: Task.Delay without network.TimeProvider, Task.Run, real files.").ToString();
    }
}
