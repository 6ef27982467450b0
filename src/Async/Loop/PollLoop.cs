using System.Diagnostics;
using PollHttp.Loop;

namespace PollHttp;

/// <summary>
/// Drives connections: owns a poller and the timers, and calls <c>Poll</c> on what is ready.
/// </summary>
/// <remarks>
/// Two drives: call <see cref="Poll(PollBudget)"/> from your own loop (it never sleeps), or hand a whole program to
/// <see cref="Run(Func{PollLoop, Task}, INetwork)"/>. In both, continuations run on the polling thread, after the I/O of a
/// pass. Work may be handed in from any thread. A loop with no clients costs nothing.
/// </remarks>
public sealed partial class PollLoop : IDisposable
{
    private readonly INetwork _network;
    private readonly IPoller _poller;
    private readonly TimeProvider _time;
    private readonly List<ITransport> _ready = [];
    private readonly LoopTimers _timers = new();
    private readonly HashSet<ILoopConnection> _connections = [];
    private List<ILoopConnection> _again = [];
    private List<ILoopConnection> _againNow = [];
    private readonly ConnectingList _connecting = new();
    private volatile bool _disposed;
    private bool _isInPass;
    private long _passCount;

    /// <summary>Makes a loop over a network; by default over real sockets.</summary>
    public PollLoop(INetwork? network = null)
        : this(network, isBackground: false)
    {
    }

    internal PollLoop(INetwork? network, bool isBackground)
    {
        _network = network ?? Sockets.SocketNetwork.Default;
        CallerNetwork = _network;
        _time = _network.TimeProvider;
        _poller = _network.CreatePoller();
        _inbox = new(_poller);
        _turns = new(this);
        _leaderId = _threadId = Environment.CurrentManagedThreadId;
        IsBackground = isBackground;
        TellMade();
    }

    internal INetwork Network => _network;

    /// <summary>Gets the network of connections that blocked threads make and poll: nothing in it may need the thread pool.</summary>
    internal INetwork CallerNetwork { get; init; }

    internal IPoller Poller => _poller;

    internal bool IsBackground { get; }

    internal bool IsDisposed => _disposed;

    internal TimeProvider TimeProvider => _time;

    /// <summary>Gets a value indicating whether time is that of a simulation, outside of which nothing may go on.</summary>
    internal bool IsVirtual => _time != TimeProvider.System;

    internal Instant Now => Instant.Now(_time);

    /// <summary>
    /// Gets what the library's own awaits of tasks pass to ConfigureAwait. On a loop of the user's they keep the context: it is the same
    /// when the loop completes them, so they go on in place. Without it, the presence of a context would send them to the
    /// thread pool. In background drive no context is wanted.
    /// </summary>
    internal bool KeepsContext => !IsBackground;

    /// <summary>Gets how often the poller was consulted: tells a connection whether it was watched since it went idle.</summary>
    internal long PassCount => Volatile.Read(ref _passCount);

    internal int OpenConnections
    {
        get
        {
            lock (_connections)
            {
                return _connections.Count;
            }
        }
    }

    internal int PendingTimers => _timers.Count;

    /// <summary>Gets the number of timer entries, stale ones included.</summary>
    internal int TimerEntries => _timers.Entries;

    /// <summary>
    /// Works without sleeping. By default one pass: the I/O of what is ready, then the continuations of what completed. With a
    /// budget, pass after pass until nothing moves or the budget is spent; what is left over goes first the next time, and
    /// connections take turns, so that none starves.
    /// </summary>
    /// <param name="budget">
    /// How much to do; a <see cref="TimeSpan"/> will do. The time is looked at between pieces of work (a read, a step of connecting, a
    /// continuation), so it is overrun by one piece at most; zero and less are the least there is, one such piece. The bytes are those
    /// of all connections together.
    /// </param>
    /// <returns>True when anything moved.</returns>
    /// <exception cref="ObjectDisposedException">The loop is disposed.</exception>
    public bool Poll(PollBudget budget = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _threadId = Environment.CurrentManagedThreadId;
        if (budget != PollBudget.Unlimited)
        {
            return PollWithin(budget);
        }

        bool moved = RunInputOutput(TimeSpan.Zero);
        return RunUserCode() | moved;
    }

    /// <summary>Runs one pass of I/O, sleeping at most <paramref name="wait"/>. User code is to be run next: where there is some, there is
    /// no sleep.</summary>
    internal bool RunInputOutput(TimeSpan wait) => RunInputOutput(wait, runsUserCode: true);

    /// <summary>Runs one pass for a thread that is blocked, and runs no user code however long it is, except what connections stand still
    /// for: it may wait for one of them.</summary>
    internal void WaitForInputOutput(TimeSpan wait)
    {
        if (_isInPass || !_completions.RunHolding())
        {
            RunInputOutput(wait, runsUserCode: false);
        }
    }

    private bool RunInputOutput(TimeSpan wait, bool runsUserCode)
    {
        SynchronizationContext? context = BeginPass(out bool isOuter);
        try
        {
            bool moved = _inbox.RunWork(_completions);
            int count = Sleep(wait, runsUserCode);
            return PollReady(count) | moved;
        }
        finally
        {
            EndPass(context, isOuter);
        }
    }

    /// <summary>Begins I/O, without a synchronization context, to which TLS would switch.</summary>
    /// <param name="isOuter">Whether a pass is under way already: a callback inside it polls.</param>
    internal SynchronizationContext? BeginPass(out bool isOuter)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        isOuter = _isInPass;
        _isInPass = true;
        return context;
    }

    internal void EndPass(SynchronizationContext? context, bool isOuter)
    {
        _isInPass = isOuter;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private int Sleep(TimeSpan wait, bool runsUserCode)
    {
        if (wait != TimeSpan.Zero)
        {
            wait = _again.Count > 0 || _turns.HasAny || (runsUserCode && _completions.Count > 0) ? TimeSpan.Zero : _timers.Clip(wait, Now);
        }

        bool sleeps = wait != TimeSpan.Zero;
        if (sleeps && !_inbox.BeginSleep(runsUserCode))
        {
            wait = TimeSpan.Zero;
        }

        Volatile.Write(ref _passCount, _passCount + 1);
        int count = _poller.Wait(wait, _ready);
        if (sleeps)
        {
            _inbox.EndSleep();
        }

        return count;
    }

    private bool PollReady(int count)
    {
        bool moved = count > 0;
        foreach (ITransport transport in _ready)
        {
            (transport.Owner as ILoopReady)?.OnReady(default);
        }

        _ready.Clear();
        moved |= _turns.RunLeft();
        if (_again.Count > 0)
        {
            moved = true;
            (_again, _againNow) = (_againNow, _again);
            foreach (ILoopConnection connection in _againNow)
            {
                connection.OnAgain(default);
            }

            _againNow.Clear();
        }

        return _connecting.Poll(count) | _timers.Fire(this) | moved;
    }

    /// <summary>Adds a connection that was opened.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isConnecting">Whether the loop polls it, and has to look after what ends elsewhere.</param>
    internal void Attach(ILoopConnection connection, bool isConnecting)
    {
        lock (_connections)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _connections.Add(connection);
        }

        if (isConnecting)
        {
            Debug.Assert(IsOnThread, "what the loop polls belongs to its thread");
            _connecting.Add(connection);
        }
    }

    /// <summary>Removes a closed connection. False: on this thread its timer can't be; submit it.</summary>
    internal bool Detach(ILoopConnection connection)
    {
        lock (_connections)
        {
            if (_connections.Remove(connection))
            {
                KeepTraffic(connection);
            }
        }

        if (IsOnThread)
        {
            _timers.Drop(connection);
        }

        return IsOnThread || connection.ScheduledAt == long.MaxValue;
    }

    /// <summary>Queues a connection for the next pass. Loop thread only; other threads use <see cref="Submit"/>.</summary>
    internal void PollAgain(ILoopConnection connection)
    {
        Debug.Assert(IsOnThread, "the list belongs to the thread of the loop");
        _again.Add(connection);
    }

    /// <summary>Sets a timer. Loop thread only.</summary>
    internal void Schedule(ILoopTimer timer, Instant at)
    {
        Debug.Assert(IsOnThread, "the timers belong to the thread of the loop");
        _timers.Schedule(timer, at);
    }

    /// <summary>The timer fires no more, unless it is set again. Loop thread only.</summary>
    internal void CancelTimer(ILoopTimer timer)
    {
        Debug.Assert(IsOnThread, "the timers belong to the thread of the loop");
        _timers.Cancel(timer);
    }

    /// <summary>Closes every connection; what is under way fails.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        ILoopConnection[] connections;
        lock (_connections)
        {
            _disposed = true;
            connections = [.. _connections];
        }

        _threadId = Environment.CurrentManagedThreadId;
        foreach (ILoopConnection connection in connections)
        {
            connection.Terminate(new ObjectDisposedException(nameof(PollLoop)));
            connection.OnLoopDisposed();
        }

        _turns.End();
        _inbox.AbortWork();
        _inbox.RunWork(_completions);
        RunUserCode();
        _completions.RunRemaining();
        _inbox.Close();
        _timers.Clear();
        _poller.Dispose();
        TellDisposed();
    }
}
