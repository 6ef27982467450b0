namespace PollHttp.Connections;

/// <summary>
/// The place of the one thread that polls the connection of a blocking call, and the other threads of the call that wait for it: those
/// on which its content goes on after an await.
/// </summary>
/// <remarks>A mutable struct. Thread safety: all members need the lock of the connection, which is the object that threads wait on.</remarks>
internal struct PollingPlace
{
    private bool _isTaken;
    private int _sleepers;

    /// <summary>Takes the place, after the thread that has it.</summary>
    /// <returns>False: it is taken, and what this thread waits for is there.</returns>
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

    /// <summary>Waits until no thread polls, after waking those that wait.</summary>
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

    /// <summary>Wakes the threads that wait.</summary>
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
