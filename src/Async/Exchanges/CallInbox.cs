using PollHttp.Connections;
using PollHttp.Loop;

namespace PollHttp.Exchanges;

/// <summary>
/// Holds the news of other threads for a blocking call, and is where its thread sleeps meanwhile. Any thread may add to it, also under the
/// lock of a connection. Only the thread of the call takes from it.
/// </summary>
/// <remarks>
/// Thread safety: members that add, and the getters, may be called from any thread; the others only on the thread of the call. The lock is
/// the object itself, which only its call refers to. Lock order: a connection's lock, then this one.
/// </remarks>
internal sealed class CallInbox(Exchange exchange, PollLoop loop)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private PooledConnection? _connection;
    private Queue<UserCall>? _callbacks;
    private Upload? _upload;
    private CallStage _stage;
    private bool _isInLoop;
    private volatile bool _hasNews;

    /// <summary>Gets a value indicating whether anything was added since the last <see cref="Take"/> that found nothing new.</summary>
    public bool HasNews => _hasNews;

    /// <summary>Sets a value indicating whether another thread may sleep in place of the call's. News from the call's own thread must then
    /// wake it too.</summary>
    public bool IsShared { private get; set; }

    public bool HasCallbacks
    {
        get
        {
            lock (this)
            {
                return _callbacks is { Count: > 0 };
            }
        }
    }

    /// <summary>Records that the exchange has ended.</summary>
    public void Finish() => Tell(static (inbox, _) => inbox._stage = CallStage.Finished, null);

    /// <summary>Tells the thread of the call to begin the next attempt of the exchange.</summary>
    public void StartAgain() => Tell(static (inbox, _) => inbox._stage = inbox._stage == CallStage.Finished ? CallStage.Finished : CallStage.MustStart, null);

    /// <summary>Adds a connection to be polled. Returns false when the call is over.</summary>
    public bool Put(PooledConnection connection) => Tell(static (inbox, state) => inbox._connection = (PooledConnection)state!, connection);

    /// <summary>Adds a content to be written. Returns false when the call is over.</summary>
    public bool Put(Upload upload) => Tell(static (inbox, state) => inbox._upload = (Upload)state!, upload);

    /// <summary>Adds user code to be called. Returns false when the call is over.</summary>
    public bool Put(UserCall callback) => Tell(static (inbox, state) => (inbox._callbacks ??= new()).Enqueue((UserCall)state!), callback);

    /// <summary>Wakes the call without adding anything.</summary>
    public void Wake() => Tell(static (_, _) => { }, null);

    /// <summary>Takes the user code that has waited longest; null when there is none.</summary>
    public UserCall? TakeCallback()
    {
        lock (this)
        {
            return _callbacks is { Count: > 0 } ? _callbacks.Dequeue() : null;
        }
    }

    /// <summary>Takes the next thing to do: a callback, a content, the exchange itself (at its end, or to start an attempt), the connection to
    /// poll, or null.</summary>
    public object? Take()
    {
        lock (this)
        {
            if (_callbacks is { Count: > 0 })
            {
                return _callbacks.Dequeue();
            }

            if (_upload is { } upload)
            {
                _upload = null;
                return upload;
            }

            switch (_stage)
            {
                case CallStage.Finished:
                    _stage = CallStage.Over; // nothing that is added after this would be read
                    return exchange;
                case CallStage.MustStart:
                    _stage = CallStage.Waiting;
                    _connection = null; // another call may have it by now, and it would not wake this one
                    return exchange;
                default:
                    _hasNews = false;
                    return _connection;
            }
        }
    }

    /// <summary>Drops a connection that another call has taken or that has closed. No more news comes from it.</summary>
    public void LetGoOf(PooledConnection connection)
    {
        lock (this)
        {
            if (!_hasNews && ReferenceEquals(_connection, connection))
            {
                _connection = null;
            }
        }
    }

    /// <summary>Sleeps until there is news. On the thread of a loop this drives the loop meanwhile, since the loop may have the connections
    /// that the call waits for.</summary>
    /// <param name="left">The longest time to sleep.</param>
    public void Wait(TimeSpan left)
    {
        bool drives = loop.CanBeDrivenHere;
        lock (this)
        {
            if (_hasNews)
            {
                return;
            }

            if (!drives)
            {
                Monitor.Wait(this, left.TotalMilliseconds > int.MaxValue ? Timeout.InfiniteTimeSpan : RoundUp(left));
                return;
            }

            _isInLoop = true;
        }

        loop.WaitForInputOutput(left);
        lock (this)
        {
            _isInLoop = false;
        }
    }

    /// <summary>Refuses news from now on.</summary>
    /// <returns>The content that was not begun, or null.</returns>
    public Upload? Close()
    {
        lock (this)
        {
            _stage = CallStage.Over;
            Upload? left = _upload;
            _upload = null;
            return left;
        }
    }

    private bool Tell(Action<CallInbox, object?> what, object? state)
    {
        PooledConnection? before;
        PooledConnection? connection;
        bool isInLoop;
        lock (this)
        {
            if (_stage == CallStage.Over)
            {
                return false;
            }

            before = _connection;
            what(this, state);
            _hasNews = true;
            connection = _connection;
            isInLoop = _isInLoop;
            Monitor.Pulse(this);
        }

        if (Environment.CurrentManagedThreadId != _thread || IsShared)
        {
            before?.WakeCaller(); // where the thread of the call sleeps still
            if (connection != before)
            {
                connection?.WakeCaller(); // where another thread sleeps in place of the call's
            }

            if (isInLoop)
            {
                loop.Wake();
            }
        }

        return true;
    }

    private static TimeSpan RoundUp(TimeSpan wait) =>
        wait == Timeout.InfiniteTimeSpan ? wait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private enum CallStage
    {
        /// <summary>The call waits for a connection, or for what a connection brings.</summary>
        Waiting,

        /// <summary>The thread of the call is to start an attempt of the exchange.</summary>
        MustStart,

        /// <summary>The exchange has ended.</summary>
        Finished,

        /// <summary>The call is over, and nothing is accepted any more.</summary>
        Over,
    }
}
