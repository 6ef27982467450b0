using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace PollHttp.Loop;

/// <summary>
/// Represents the threads of a loop in background drive. One thread leads: it polls, and after each pass it runs what has completed, user
/// code included. So short code costs no switch of threads. Another thread stands by. If user code takes long, it takes the lead, with what
/// is left to run.
/// </summary>
/// <remarks>
/// User code runs with no lock held, never inside other user code, and without the loop: <see cref="PollLoop.IsOnThread"/> is false
/// meanwhile. So its calls are handled as from any other thread, and losing the lead changes nothing for it. A leader that was overtaken
/// finds out when the code returns. It then stands by, or ends if another thread stands by.
/// </remarks>
internal sealed class Crew
{
    private readonly PollLoop _loop;
    private readonly CrewTurn _turn = new();
    private readonly Standby _standby;
    private ContinuationPolicy? _running;
    private long _takeovers;
    private ExecutionContext? _empty;

    public Crew(PollLoop loop, ICrewClock clock)
    {
        _loop = loop;
        _standby = new(_turn, clock, () => StartThread(static crew => ((Crew)crew!).StandBy(), "PollHttp standby"));
    }

    /// <summary>Gets the loop that the crew polls.</summary>
    public PollLoop Loop => _loop;

    /// <summary>Gets the number of times the lead was taken from a thread in user code.</summary>
    public long Takeovers => Volatile.Read(ref _takeovers);

    /// <summary>Gets the number of times user code was entered or left, takeovers included.</summary>
    public long Steps => _turn.Step;

    /// <summary>Gets the state of the watch over the leader.</summary>
    public WatchState Watch => _standby.State;

    /// <summary>Starts the first thread, which leads.</summary>
    public void Start() => StartThread(static crew => ((Crew)crew!).Lead(), "PollHttp reactor");

    private void StartThread(ParameterizedThreadStart main, string name) =>
        new Thread(main) { IsBackground = true, Name = name }.UnsafeStart(this);

    /// <summary>Leads until overtaken. Then stands by until it leads again, or ends if another thread stands by.</summary>
    private void Lead()
    {
        _empty ??= ExecutionContext.Capture(); // captured on a new thread: no AsyncLocal has a value
        while (true)
        {
            _loop.BindToCurrentThread();
            while (RunCompletions())
            {
                RunInputOutput();
            }

            if (!_standby.TryBegin())
            {
                return;
            }

            TakeLead();
        }
    }

    private void StandBy()
    {
        TakeLead();
        Lead();
    }

    private void TakeLead()
    {
        _standby.WatchUntilLead();
        _takeovers++;
        _running!.OnTakeover();
    }

    private void RunInputOutput()
    {
        try
        {
            _loop.RunInputOutput(Timeout.InfiniteTimeSpan);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An exception of user code ends its own connection (PooledConnection.Break) and does not get here. If one does, the other
            // connections go on.
            Debug.Fail("The reactor caught an exception.", e.ToString());
        }
    }

    /// <summary>Runs the completions that are due.</summary>
    /// <returns>False if another thread has taken the lead. This thread must not touch the loop then.</returns>
    private bool RunCompletions()
    {
        for (int left = _loop.DueCompletions; left > 0; left--)
        {
            ICompletion completion = _loop.TakeCompletion();
            ContinuationPolicy policy = completion.Policy;
            bool toPool = policy.SendsToPool(isLast: left == 1);
            if (toPool && completion.RunsUserCode)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static sent => sent.Complete(), completion, preferLocal: false);
                continue;
            }

            _running = policy;
            policy.OnBegin(toPool);
            _loop.LetGo();
            long step = _turn.Enter();
            if (_standby.State != WatchState.Watching)
            {
                _standby.EnsureWatched();
            }

            Run(completion, toPool);
            if (!_turn.TryEnd(step))
            {
                return false;
            }

            _loop.BindToCurrentThread();
            policy.OnEnd();
        }

        return true;
    }

    /// <summary>
    /// Completes, and restores the state of the thread. An exception of a continuation ends the process, as on the thread pool.
    /// </summary>
    private void Run(ICompletion completion, bool toPool)
    {
        if (toPool)
        {
            SynchronizationContext.SetSynchronizationContext(PoolContext.Instance);
        }

        try
        {
            completion.Complete();
        }
        catch (Exception error)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static thrown => thrown.Throw(), ExceptionDispatchInfo.Capture(error), preferLocal: false);
        }

        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        if (!ReferenceEquals(ExecutionContext.Capture(), _empty))
        {
            Restore();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Restore()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            ExecutionContext.RestoreFlow();
        }

        ExecutionContext.Restore(_empty!);
    }
}
