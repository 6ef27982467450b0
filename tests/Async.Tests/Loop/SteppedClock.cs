using System.Diagnostics;

namespace PollHttp.Tests.Loop;

/// <summary>A clock of a crew on which no time passes but what a test lets pass: a look of the standby at a time.</summary>
internal sealed class SteppedClock : ICrewClock
{
    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    private readonly object _lock = new();
    private readonly List<TimeSpan> _waits = [];
    private int _waiting;
    private int _allowed;
    private bool _isAsleep;
    private bool _isWoken;

    /// <summary>Gets the times that were waited for, in order; infinite ones are sleeps.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    public int Sleeps => Waits.Count(static wait => wait == Timeout.InfiniteTimeSpan);

    public void Wait(TimeSpan time)
    {
        lock (_lock)
        {
            _waits.Add(time);
            Monitor.PulseAll(_lock);
            if (time == Timeout.InfiniteTimeSpan)
            {
                _isAsleep = true;
                while (!_isWoken)
                {
                    Monitor.Wait(_lock);
                }

                _isAsleep = _isWoken = false;
                return;
            }

            _waiting++;
            Monitor.PulseAll(_lock);
            while (_allowed == 0)
            {
                Monitor.Wait(_lock);
            }

            _allowed--;
            _waiting--;
            Monitor.PulseAll(_lock);
        }
    }

    public void Wake()
    {
        lock (_lock)
        {
            _isWoken = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Has the standby look until something is so that a look brings about.</summary>
    public void LookUntil(Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > s_guard)
            {
                throw new TimeoutException("The standby looked in vain.");
            }

            TryLook();
        }
    }

    /// <summary>Ends one wait of the standby, if it waits for a time.</summary>
    private void TryLook()
    {
        lock (_lock)
        {
            if (_waiting == 0)
            {
                return;
            }

            _allowed++;
            Monitor.PulseAll(_lock);
            Await(() => _allowed == 0);
        }
    }

    /// <summary>Lets the standby look until it sleeps.</summary>
    public void LookUntilAsleep()
    {
        LookUntil(() =>
        {
            lock (_lock)
            {
                return _isAsleep && !_isWoken; // a sleeper that was woken may not wait again yet
            }
        });
    }

    private void Await(Func<bool> isSo)
    {
        while (!isSo())
        {
            if (!Monitor.Wait(_lock, s_guard))
            {
                throw new TimeoutException("The standby does not wait.");
            }
        }
    }
}
