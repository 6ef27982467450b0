namespace PollHttp;

// The frame: as much as a budget allows, with turns for all.
public sealed partial class PollLoop
{
    /// <summary>The most one connection moves before it is the next one's turn.</summary>
    private const int TurnBytes = 128 * 1024;

    private readonly Queue<PooledConnection> _turns = new();

    private bool _isInBudget;

    /// <summary>Gets a value indicating whether the current thread is inside a budgeted poll: whatever a continuation gives a connection
    /// to do waits for its turn. False on any other thread, which hands its work in through the queue.</summary>
    internal bool IsInBudget => _isInBudget && IsOnThread;

    private bool PollWithin(PollBudget budget)
    {
        Instant until = budget.Time is { } time ? Now + time : Instant.Never;
        long left = budget.Bytes ?? long.MaxValue;
        bool outer = _isInBudget;
        _isInBudget = true;
        try
        {
            bool any = false;
            bool moved;
            do
            {
                moved = RunTurns(until, ref left) | RunUserCode(until);
                any |= moved;
            }
            while (moved && left > 0 && !IsPast(until));
            return any;
        }
        finally
        {
            _isInBudget = outer;
        }
    }

    private bool RunTurns(Instant until, ref long left)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // which TLS would hop to
        bool outer = _isInPass;
        _isInPass = true;
        try
        {
            bool moved = RunSubmitted();
            int count = Sleep(TimeSpan.Zero, runsUserCode: true);
            moved |= QueueTurns();
            while (left > 0 && _turns.TryDequeue(out PooledConnection? connection))
            {
                left -= connection.OnTurn(ShareOf(until, left));
                if (IsPast(until))
                {
                    break; // the others keep their places
                }
            }

            return PollConnecting(count) | _timers.Fire(this) | moved;
        }
        finally
        {
            _isInPass = outer;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>
    /// Gives a place to each connection that is ready and has none. Whoever was served goes to the end, behind those that were
    /// left over the last time.
    /// </summary>
    private bool QueueTurns()
    {
        foreach (ITransport transport in _ready)
        {
            if (transport.Owner is PooledConnection connection)
            {
                QueueTurn(connection);
            }
            else
            {
                (transport.Owner as ILoopReady)?.OnReady(default); // small, and no connection of a client
            }
        }

        _ready.Clear();
        _again.ForEach(QueueTurn);
        _again.Clear();
        return _turns.Count > 0;
    }

    private void QueueTurn(PooledConnection connection)
    {
        if (!connection.HasPlace)
        {
            connection.HasPlace = true;
            _turns.Enqueue(connection);
        }
    }

    /// <summary>What one connection may do: an equal share of the bytes that are left for this turn and those behind it.</summary>
    private PollBudget ShareOf(Instant until, long left)
    {
        long share = Math.Max(1, Math.Min(TurnBytes, left / (_turns.Count + 1)));
        return new(share, until == Instant.Never ? null : until - Now);
    }

    private bool IsPast(Instant until) => until != Instant.Never && Now >= until;
}
