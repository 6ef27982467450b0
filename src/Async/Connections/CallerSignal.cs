namespace PollHttp.Connections;

/// <summary>Wakes a thread that is blocked for an exchange whose connection the loop polls, since other exchanges share it.</summary>
/// <remarks>Thread safety: any thread, under any lock. The lock is the object itself, and no other lock is taken under it.</remarks>
internal sealed class CallerSignal
{
    private int _count;

    /// <summary>Gets the number of times that it was given. Read it before the state that is waited for.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Give()
    {
        lock (this)
        {
            _count++;
            Monitor.PulseAll(this);
        }
    }

    /// <summary>Blocks until the signal was given more often than that.</summary>
    public void Wait(int seen)
    {
        lock (this)
        {
            while (_count == seen)
            {
                Monitor.Wait(this);
            }
        }
    }
}
