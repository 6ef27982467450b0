namespace PollHttp.Loop;

/// <summary>
/// Orders the turns of connections in budgeted polls, so that none starves. Each connection moves its share, then the next one does. A served
/// connection joins the end, behind those left over from an earlier poll.
/// </summary>
/// <remarks>Thread safety: thread of the loop only.</remarks>
internal sealed class LoopTurns(PollLoop loop)
{
    /// <summary>The most bytes that one connection moves in its turn.</summary>
    private const int TurnBytes = 128 * 1024;

    private readonly Queue<ILoopConnection> _turns = new();
    private Pace _pace;

    // The connection whose turn was interrupted when the time of the last poll was over, and the bytes left of its turn. It goes on first, so
    // the last, small piece of a frame costs it nothing.
    private ILoopConnection? _interrupted;
    private long _turnLeft;

    /// <summary>Gets a value indicating whether any connection has a place.</summary>
    public bool HasAny => _turns.Count > 0 || _interrupted is not null;

    /// <summary>Gives a connection a place, unless it has one.</summary>
    public void Add(ILoopConnection connection)
    {
        if (!connection.HasPlace)
        {
            connection.HasPlace = true;
            _turns.Enqueue(connection);
        }
    }

    /// <summary>
    /// Serves each place once, and runs what it completed after each. So the time of user code is part of the turn, and bytes are used while
    /// they are still in the cache.
    /// </summary>
    /// <param name="until">The time at which to stop. The connections that are left keep their places.</param>
    /// <param name="left">The number of bytes that may be moved, reduced by those that were.</param>
    public bool Run(Instant until, ref long left)
    {
        bool moved = false;
        bool isTimed = until != Instant.Never;
        Instant before = isTimed ? loop.Now : default;
        for (int turns = _turns.Count; left > 0 && (_interrupted is not null || turns > 0) && Next() is { } connection;)
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

            moved |= loop.RunUserCode(until);
            Instant after = loop.Now;
            _pace.Note(bytes, after - before);
            before = after;
            if (after >= until)
            {
                break;
            }
        }

        return moved;
    }

    /// <summary>Polls, without a budget, the connections left over from an earlier poll whose budget was spent.</summary>
    /// <returns>True if there was any.</returns>
    public bool RunLeft()
    {
        bool any = HasAny;
        for (int turns = _turns.Count + (_interrupted is null ? 0 : 1); turns > 0 && Next() is { } connection; turns--)
        {
            connection.OnTurn(PollBudget.Unlimited);
        }

        return any;
    }

    /// <summary>Submits the connections that a turn would have opened, since no turn follows.</summary>
    public void End()
    {
        while (_turns.TryDequeue(out ILoopConnection? connection))
        {
            connection.HasPlace = false;
            if (connection.Phase == ConnectPhase.None)
            {
                loop.Submit(connection);
            }
        }
    }

    private ILoopConnection? Next()
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
        SynchronizationContext? context = loop.BeginPass(out bool isOuter);
        try
        {
            ConnectPhase before = connection.Phase;
            long bytes = connection.OnTurn(budget);
            moved |= bytes > 0 || connection.Phase != before;
            return bytes;
        }
        finally
        {
            loop.EndPass(context, isOuter);
        }
    }

    /// <summary>Gets the budget of one connection: an equal share of the bytes left for this turn and those behind it.</summary>
    private PollBudget ShareOf(Instant until, Instant now, long left)
    {
        long share = Math.Max(1, Math.Min(_turnLeft, left / (_turns.Count + 1)));
        return until == Instant.Never ? new(share) : new(Math.Min(share, _pace.PieceFor(until - now, TurnBytes)), until - now);
    }
}
