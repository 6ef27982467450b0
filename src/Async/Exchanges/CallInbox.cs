using PollHttp.Connections;
using PollHttp.Loop;

namespace PollHttp.Exchanges;

/// <summary>
/// What other threads have for a blocking call, and where its thread sleeps meanwhile. Filled on any thread, also under the lock of a
/// connection (lock order: that one, then the one here); emptied on the thread of the call.
/// </summary>
/// <remarks>Thread safety: its own lock is the object, which only its call has.</remarks>
internal sealed class CallInbox(Exchange exchange, PollLoop loop)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private PooledConnection? _connection;
    private Queue<UserCall>? _callbacks;
    private Upload? _upload;
    private CallStage _stage;
    private bool _isInLoop;
    private volatile bool _hasNews;

    /// <summary>Gets a value indicating whether something came since the last look that found nothing.</summary>
    public bool HasNews => _hasNews;

    /// <summary>Sets whether another thread may sleep in place of the call's, so that news of its own thread have to wake it too.</summary>
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

    /// <summary>The exchange has ended.</summary>
    public void Finish() => Tell(static (inbox, _) => inbox._stage = CallStage.Finished, null);

    /// <summary>Has the thread begin the next attempt of the exchange.</summary>
    public void StartAgain() => Tell(static (inbox, _) => inbox._stage = inbox._stage == CallStage.Finished ? CallStage.Finished : CallStage.MustStart, null);

    /// <summary>Puts in a connection to be polled. False when the call is over.</summary>
    public bool Put(PooledConnection connection) => Tell(static (inbox, state) => inbox._connection = (PooledConnection)state!, connection);

    /// <summary>Puts in a content to be written. False when the call is over.</summary>
    public bool Put(Upload upload) => Tell(static (inbox, state) => inbox._upload = (Upload)state!, upload);

    /// <summary>Puts in user code to be called. False when the call is over.</summary>
    public bool Put(UserCall callback) => Tell(static (inbox, state) => (inbox._callbacks ??= new()).Enqueue((UserCall)state!), callback);

    /// <summary>Has the call look at what it knows already.</summary>
    public void Wake() => Tell(static (_, _) => { }, null);

    /// <summary>Takes the user code that waits longest; null when there is none.</summary>
    public UserCall? TakeCallback()
    {
        lock (this)
        {
            return _callbacks is { Count: > 0 } ? _callbacks.Dequeue() : null;
        }
    }

    /// <summary>Takes the next thing to do: a callback, a content, the exchange itself (its end, or its start), the connection to poll, or
    /// nothing.</summary>
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
                    _stage = CallStage.Over; // what came after this would not be read
                    return exchange;
                case CallStage.MustStart:
                    _stage = CallStage.Waiting;
                    _connection = null; // by now it may be another call's, where nothing would wake this one
                    return exchange;
                default:
                    _hasNews = false;
                    return _connection;
            }
        }
    }

    /// <summary>The connection is another call's, or gone: nothing more comes from there.</summary>
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

    /// <summary>Sleeps until there are news. On the thread of a loop, the loop goes on meanwhile, since it may be what has the
    /// connections.</summary>
    /// <param name="left">How long at most.</param>
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
    /// <returns>A content that was not begun.</returns>
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
        PooledConnection? connection;
        bool isInLoop;
        lock (this)
        {
            if (_stage == CallStage.Over)
            {
                return false;
            }

            what(this, state);
            _hasNews = true;
            connection = _connection;
            isInLoop = _isInLoop;
            Monitor.Pulse(this);
        }

        if (Environment.CurrentManagedThreadId != _thread || IsShared)
        {
            connection?.WakeCaller();
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
        /// <summary>When a connection, or what it brings, is waited for.</summary>
        Waiting,

        /// <summary>When an attempt of the exchange is to be started.</summary>
        MustStart,

        /// <summary>When the exchange has ended.</summary>
        Finished,

        /// <summary>When nothing is taken any more.</summary>
        Over,
    }
}
