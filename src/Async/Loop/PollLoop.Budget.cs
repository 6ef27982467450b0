using PollHttp.Loop;

namespace PollHttp;

// The frame: as much as a budget allows, with turns for all.
public sealed partial class PollLoop
{
    /// <summary>The most one connection moves before it is the next one's turn.</summary>
    private const int TurnBytes = 128 * 1024;

    private readonly Queue<ILoopConnection> _turns = new();
    private Pace _pace;

    // The connection in whose turn the time of the last poll was over, and the bytes it has left of it: it goes on first, so that
    // having the last, small piece of a frame costs it nothing.
    private ILoopConnection? _interrupted;
    private long _turnLeft;

    private bool _isInBudget;

    /// <summary>Gets a value indicating whether the current thread is inside a budgeted poll: whatever a continuation gives a connection
    /// to do waits for its turn. False on any other thread, which hands its work in through the queue.</summary>
    internal bool IsInBudget => _isInBudget && IsOnThread;

    private bool HasTurns => _turns.Count > 0 || _interrupted is not null;

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
                moved = QueueWork() | RunTurns(until, ref left) | RunUserCode(until);
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

    /// <summary>Takes what was handed in, asks the poller and the timers, and gives places to all that have something to do.</summary>
    private bool QueueWork()
    {
        SynchronizationContext? context = BeginInputOutput(out bool outer);
        try
        {
            bool moved = RunSubmitted();
            int count = Sleep(TimeSpan.Zero, runsUserCode: true);
            moved |= QueueTurns() | _timers.Fire(this);
            QueueConnecting(count);
            return moved;
        }
        finally
        {
            EndInputOutput(context, outer);
        }
    }

    /// <summary>
    /// Serves each place once, and after each runs what it completed: so the time that user code takes is part of the turn, and bytes
    /// are used while they are warm.
    /// </summary>
    private bool RunTurns(Instant until, ref long left)
    {
        bool moved = false;
        bool isTimed = until != Instant.Never;
        Instant before = isTimed ? Now : default;
        for (int turns = _turns.Count; left > 0 && (_interrupted is not null || turns > 0) && NextTurn() is { } connection;)
        {
            PollBudget share = ShareOf(until, before, left);
            long bytes = RunTurn(connection, share, ref moved);
            left -= bytes;
            if (isTimed && bytes >= share.Bytes && bytes < _turnLeft)
            {
                _turnLeft -= bytes;
                _interrupted = connection;
                connection.HasPlace = true;
            }
            else
            {
                turns--;
            }

            if (!isTimed)
            {
                continue;
            }

            moved |= RunUserCode(until);
            Instant after = Now;
            _pace.Note(bytes, after - before);
            before = after;
            if (after >= until)
            {
                break; // the others keep their places
            }
        }

        return moved;
    }

    private ILoopConnection? NextTurn()
    {
        if (_interrupted is { } interrupted)
        {
            _interrupted = null;
            return interrupted;
        }

        _turnLeft = TurnBytes;
        return _turns.TryDequeue(out ILoopConnection? next) ? next : null;
    }

    private long RunTurn(ILoopConnection connection, PollBudget budget, ref bool moved)
    {
        SynchronizationContext? context = BeginInputOutput(out bool outer);
        try
        {
            ConnectPhase before = connection.Phase;
            long bytes = connection.OnTurn(budget);
            moved |= bytes > 0 || connection.Phase != before;
            return bytes;
        }
        finally
        {
            EndInputOutput(context, outer);
        }
    }

    /// <summary>Polls, without a budget, the connections that an earlier poll left when its budget was spent.</summary>
    private bool RunLeftTurns()
    {
        bool any = HasTurns;
        for (int turns = _turns.Count + (_interrupted is null ? 0 : 1); turns > 0 && NextTurn() is { } connection; turns--)
        {
            connection.OnTurn(PollBudget.Unlimited);
        }

        return any;
    }

    /// <summary>Returns the connections that a turn would have opened; no turn follows.</summary>
    private void EndTurns()
    {
        while (_turns.TryDequeue(out ILoopConnection? connection))
        {
            connection.HasPlace = false;
            if (connection.Phase == ConnectPhase.None)
            {
                Submit(connection);
            }
        }
    }

    /// <summary>Begins I/O, without a context, to which TLS would hop.</summary>
    private SynchronizationContext? BeginInputOutput(out bool outer)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        outer = _isInPass;
        _isInPass = true;
        return context;
    }

    private void EndInputOutput(SynchronizationContext? context, bool outer)
    {
        _isInPass = outer;
        SynchronizationContext.SetSynchronizationContext(context);
    }

    /// <summary>Gives a place to those whose lookup or handshake may have ended elsewhere: see <see cref="PollConnecting"/>.</summary>
    private void QueueConnecting(int count)
    {
        for (int i = _connecting.Count - 1; i >= 0; i--)
        {
            ILoopConnection connection = _connecting[i];
            if (connection.IsConnecting && (count == 0 || connection.WaitsForWake))
            {
                QueueTurn(connection);
            }

            if (!connection.IsConnecting)
            {
                _connecting.RemoveAt(i);
            }
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
            if (transport.Owner is ILoopConnection connection)
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
        return HasTurns;
    }

    internal void QueueTurn(ILoopConnection connection)
    {
        if (!connection.HasPlace)
        {
            connection.HasPlace = true;
            _turns.Enqueue(connection);
        }
    }

    /// <summary>What one connection may do: an equal share of the bytes that are left for this turn and those behind it.</summary>
    private PollBudget ShareOf(Instant until, Instant now, long left)
    {
        long share = Math.Max(1, Math.Min(_turnLeft, left / (_turns.Count + 1)));
        return until == Instant.Never ? new(share) : new(Math.Min(share, _pace.PieceFor(until - now, TurnBytes)), until - now);
    }

    private bool IsPast(Instant until) => until != Instant.Never && Now >= until;
}
