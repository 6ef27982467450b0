namespace PollHttp;

/// <summary>One blocked call on a <see cref="SyncDrive"/>: what its thread waits for.</summary>
internal class SyncWait
{
    private readonly object _monitor = new();
    private bool _leads;
    private volatile bool _ended;

    /// <summary>Whether the call can go on. Read by its own thread, also without a lock.</summary>
    public virtual bool IsOver => _ended;

    /// <summary>Lets the call go on. From any thread, also under the gate of a connection.</summary>
    public void End()
    {
        _ended = true;
        Signal();
    }

    /// <summary>Its thread is to poll for all from now on.</summary>
    public void Lead()
    {
        lock (_monitor)
        {
            _leads = true;
            Monitor.Pulse(_monitor);
        }
    }

    /// <summary>Sleeps until the call can go on (then false, unless it is to lead as well), or is to lead.</summary>
    public bool BlockUntilOverOrLeading()
    {
        lock (_monitor)
        {
            while (!IsOver && !_leads)
            {
                Monitor.Wait(_monitor);
            }

            return TakeLead();
        }
    }

    /// <summary>Whether it was made the leader, once.</summary>
    public bool TakeLead()
    {
        lock (_monitor)
        {
            bool leads = _leads;
            _leads = false;
            return leads;
        }
    }

    /// <summary>Has the thread look at <see cref="IsOver"/> again.</summary>
    protected void Signal()
    {
        lock (_monitor)
        {
            Monitor.Pulse(_monitor);
        }
    }
}
