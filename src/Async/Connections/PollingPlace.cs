namespace PollHttp.Connections;

/// <summary>
/// Represents the right to poll the connection of a blocking call. One thread has it. The other threads of the call, on which its content
/// goes on after an await, wait for it.
/// </summary>
/// <remarks>A mutable struct. Thread safety: caller holds the lock of the connection, which is the object that threads wait on.</remarks>
internal struct PollingPlace
{
    private bool _isTaken;
    private int _sleepers;

    /// <summary>Takes the place when no other thread has it.</summary>
    /// <returns>False if the place is taken and what this thread waits for has arrived.</returns>
    public bool TryTake(object connectionLock, IBlockedCaller goal)
    {
        while (_isTaken)
        {
            if (goal.IsOver)
            {
                return false;
            }

            Sleep(connectionLock);
        }

        _isTaken = true;
        return true;
    }

    /// <summary>Wakes the waiting threads, then waits until no thread polls.</summary>
    public void WaitUntilFree(object connectionLock)
    {
        Wake(connectionLock);
        while (_isTaken)
        {
            Sleep(connectionLock);
        }
    }

    public void Leave(object connectionLock)
    {
        _isTaken = false;
        Wake(connectionLock);
    }

    /// <summary>Wakes the waiting threads.</summary>
    public readonly void Wake(object connectionLock)
    {
        if (_sleepers > 0)
        {
            Monitor.PulseAll(connectionLock);
        }
    }

    private void Sleep(object connectionLock)
    {
        _sleepers++;
        Monitor.Wait(connectionLock);
        _sleepers--;
    }
}
