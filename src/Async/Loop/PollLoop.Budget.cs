using PollHttp.Loop;

namespace PollHttp;

// The budgeted poll: as much as a budget allows, with turns for all connections.
public sealed partial class PollLoop
{
    private readonly LoopTurns _turns;
    private bool _isInBudget;

    /// <summary>
    /// Gets a value indicating whether the current thread is inside a budgeted poll. Work that a continuation gives to a connection waits for
    /// its turn then. False on any other thread, which hands in its work through the inbox.
    /// </summary>
    internal bool IsInBudget => _isInBudget && IsOnThread;

    /// <summary>Gives a connection a place in the order of a budgeted poll.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    internal void QueueTurn(ILoopConnection connection) => _turns.Add(connection);

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
                moved = QueueWork() | _turns.Run(until, ref left) | RunUserCode(until);
                any |= moved;
            }
            while (moved && left > 0 && !(until != Instant.Never && Now >= until));
            return any;
        }
        finally
        {
            _isInBudget = outer;
        }
    }

    /// <summary>
    /// Takes what was handed in, asks the poller and the timers, and gives places to all connections that have something to do.
    /// </summary>
    private bool QueueWork()
    {
        SynchronizationContext? context = BeginPass(out bool isOuter);
        try
        {
            bool moved = _inbox.RunWork(_completions);
            int count = Sleep(TimeSpan.Zero, runsUserCode: true);
            moved |= QueueTurns() | _timers.Fire(this);
            _connecting.Queue(count, _turns);
            return moved;
        }
        finally
        {
            EndPass(context, isOuter);
        }
    }

    /// <summary>Gives a place to each connection that is ready and has none.</summary>
    private bool QueueTurns()
    {
        foreach (ITransport transport in _ready)
        {
            if (transport.Owner is ILoopConnection connection)
            {
                _turns.Add(connection);
            }
            else
            {
                (transport.Owner as ILoopReady)?.OnReady(default); // small, and no connection of a client
            }
        }

        _ready.Clear();
        _again.ForEach(_turns.Add);
        _again.Clear();
        return _turns.HasAny;
    }
}
