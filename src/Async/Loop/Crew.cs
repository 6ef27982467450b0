using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace PollHttp.Loop;

/// <summary>
/// The threads of a loop in background drive. One leads: it polls, and after each pass runs what has completed, user code included, so that
/// short code costs no switch of threads. Another stands by: where such code takes long, it takes the lead, with what is left to run.
/// </summary>
/// <remarks>
/// User code runs with no lock held, never inside other user code, and without the loop: <see cref="PollLoop.IsOnThread"/> is false
/// meanwhile, so what it calls goes the way of any other thread, and losing the lead changes nothing for it. A leader that was
/// overtaken finds out when the code returns, and stands by, or ends where another thread does.
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

    /// <summary>Gets what it polls.</summary>
    public PollLoop Loop => _loop;

    /// <summary>Gets how often the lead was taken from a thread in user code.</summary>
    public long Takeovers => Volatile.Read(ref _takeovers);

    /// <summary>Gets how often user code was entered or left, takeovers included.</summary>
    public long Steps => _turn.Step;

    /// <summary>Gets whether a thread watches the leader.</summary>
    public WatchState Watch => _standby.State;

    /// <summary>Starts the first thread, which leads.</summary>
    public void Start() => StartThread(static crew => ((Crew)crew!).Lead(), "PollHttp reactor");

    private void StartThread(ParameterizedThreadStart main, string name) =>
        new Thread(main) { IsBackground = true, Name = name }.UnsafeStart(this);

    /// <summary>Leads until overtaken; then stands by, where no other thread does, until it leads again.</summary>
    private void Lead()
    {
        _empty ??= ExecutionContext.Capture(); // of a new thread: no AsyncLocal has a value
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
            // What user code throws ends its own connection (PooledConnection.Break) and does not come here; the others go on even so.
            Debug.Fail("The reactor caught an exception.", e.ToString());
        }
    }

    /// <summary>Runs the completions that are due. False when another thread has taken the lead: nothing of the loop is this one's any more.</summary>
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
            policy.OnBegin();
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

    /// <summary>Completes, and leaves the thread as it was. What a continuation throws ends the process, as on the thread pool.</summary>
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
