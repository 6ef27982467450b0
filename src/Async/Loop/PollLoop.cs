using System.Diagnostics;
using PollHttp.Loop;

namespace PollHttp;

/// <summary>Drives connections: owns a poller and the timers, and calls <c>Poll</c> on what is ready.</summary>
/// <remarks>
/// There are two drives. Call <see cref="Poll(PollBudget)"/> from your own loop (it never sleeps), or pass a whole program to
/// <see cref="Run(Func{PollLoop, Task}, INetwork)"/>. In both, continuations run on the polling thread, after the I/O of a pass. Work may be
/// handed in from any thread. A loop with no clients costs nothing.
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

    /// <summary>Initializes a loop over a network. The default is real sockets.</summary>
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

    /// <summary>Gets the network of connections that blocking callers make and poll. Nothing in it may need the thread pool.</summary>
    internal INetwork CallerNetwork { get; init; }

    internal IPoller Poller => _poller;

    internal bool IsBackground { get; }

    internal bool IsDisposed => _disposed;

    internal TimeProvider TimeProvider => _time;

    /// <summary>Gets a value indicating whether the time is that of a simulation. Nothing may go on outside of the simulation.</summary>
    internal bool IsVirtual => _time != TimeProvider.System;

    internal Instant Now => Instant.Now(_time);

    /// <summary>
    /// Gets the argument for ConfigureAwait in the awaits of tasks by the library. On a loop of the user they keep the context. It is the
    /// same when the loop completes them, so they go on in place. Without it, the presence of a context would send them to the thread pool.
    /// In background drive no context is wanted.
    /// </summary>
    internal bool KeepsContext => !IsBackground;

    /// <summary>Gets the number of times the poller was consulted. It tells a connection whether it was watched since it went idle.</summary>
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
    /// Works without sleeping. By default it runs one pass: the I/O of what is ready, then the continuations of what completed. With a budget
    /// it runs passes until nothing moves or the budget is spent. What is left over goes first the next time, and connections take turns, so
    /// that none starves.
    /// </summary>
    /// <param name="budget">
    /// How much to do; a <see cref="TimeSpan"/> converts to it. The time is checked between pieces of work (a read, a step of connecting, a
    /// continuation), so it is overrun by one piece at most. Zero or less is the least there is: one such piece. The bytes are those of all
    /// connections together.
    /// </param>
    /// <returns>True if anything moved.</returns>
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

    /// <summary>
    /// Runs one pass of I/O, sleeping at most <paramref name="wait"/>. User code is to run next: if there is some, the pass does not sleep.
    /// </summary>
    internal bool RunInputOutput(TimeSpan wait) => RunInputOutput(wait, runsUserCode: true);

    /// <summary>
    /// Runs one pass for a blocked thread. Runs no user code, except the completions that hold up their connections, as the thread may wait
    /// for one of those connections. Does not sleep after work that was submitted, so that the thread checks its state.
    /// </summary>
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
            bool mayHaveNews = moved && !runsUserCode; // the work may have brought what the blocked thread waits for, and wakes no thread of its own
            int count = Sleep(mayHaveNews ? TimeSpan.Zero : wait, runsUserCode);
            return PollReady(count) | moved;
        }
        finally
        {
            EndPass(context, isOuter);
        }
    }

    /// <summary>Begins I/O without a synchronization context, to which TLS would switch.</summary>
    /// <param name="isOuter">Whether a pass is under way already. A callback inside it polls then.</param>
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
    /// <param name="isConnecting">Whether the loop polls the connection while it is connecting, and has to check what ends elsewhere.</param>
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

    /// <summary>Removes a closed connection.</summary>
    /// <returns>False if this thread cannot remove its timer. Submit the connection then.</returns>
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

    /// <summary>Queues a connection for the next pass. Other threads use <see cref="Submit"/>.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    internal void PollAgain(ILoopConnection connection)
    {
        Debug.Assert(IsOnThread, "the list belongs to the thread of the loop");
        _again.Add(connection);
    }

    /// <summary>Sets a timer.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    internal void Schedule(ILoopTimer timer, Instant at)
    {
        Debug.Assert(IsOnThread, "the timers belong to the thread of the loop");
        _timers.Schedule(timer, at);
    }

    /// <summary>Cancels a timer. It does not fire unless it is set again.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    internal void CancelTimer(ILoopTimer timer)
    {
        Debug.Assert(IsOnThread, "the timers belong to the thread of the loop");
        _timers.Cancel(timer);
    }

    /// <summary>Closes every connection. What is under way fails.</summary>
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
