namespace PollHttp.Swarm;

/// <summary>What is to be done at which time: on the thread that drives, or on another one, which is waited for.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, (TimeSpan, long)> _here = new();
    private readonly PriorityQueue<Action, (TimeSpan, long)> _elsewhere = new();
    private long _sequence;

    public void Add(TimeSpan at, bool elsewhere, Action act)
    {
        lock (_here)
        {
            (elsewhere ? _elsewhere : _here).Enqueue(act, (at, _sequence++));
        }
    }

    /// <summary>Gets when the next act is due, or null when there is none.</summary>
    public TimeSpan? Next(bool here)
    {
        lock (_here)
        {
            TimeSpan? other = _elsewhere.TryPeek(out _, out (TimeSpan At, long) later) ? later.At : null;
            return here && _here.TryPeek(out _, out (TimeSpan At, long) own) && !(other < own.At) ? own.At : other;
        }
    }

    /// <summary>Does what is due on another thread, and waits for it.</summary>
    public bool RunElsewhere(TimeSpan now)
    {
        if (!TryTake(_elsewhere, now, out Action? act))
        {
            return false;
        }

        Thread thread = new(() => act!()) { IsBackground = true, Name = "elsewhere" };
        thread.Start();
        thread.Join();
        return true;
    }

    public bool TryTakeHere(TimeSpan now, out Action? act) => TryTake(_here, now, out act);

    private bool TryTake(PriorityQueue<Action, (TimeSpan, long)> queue, TimeSpan now, out Action? act)
    {
        lock (_here)
        {
            if (queue.TryPeek(out act, out (TimeSpan At, long) order) && order.At <= now)
            {
                queue.Dequeue();
                return true;
            }

            return false;
        }
    }
}
