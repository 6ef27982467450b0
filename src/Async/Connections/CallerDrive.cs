namespace PollHttp.Connections;

/// <summary>
/// Where a thread sleeps while it polls a connection itself: a poller for that connection alone, kept with it as long as it is polled so.
/// What stays wanted stays registered, so that a request on the same connection costs no call to change it.
/// </summary>
internal sealed class CallerDrive(IPoller poller)
{
    private readonly List<ITransport> _ready = [];

    public PollerRegistration Registration { get; } = new(poller);

    /// <summary>For lookups and handshakes that end elsewhere.</summary>
    public IPoller Waker => poller;

    /// <summary>Under the lock: whether a thread is asleep here, or about to be.</summary>
    public bool IsAsleep { get; set; }

    /// <summary>Under the lock: the connection has left; the sleeping thread returns this when it wakes.</summary>
    public bool IsLeft { get; set; }

    /// <summary>Ends the current sleep, or the next. From any thread, also late.</summary>
    public void Wake() => poller.Wake();

    /// <summary>Sleeps until the connection is ready, <see cref="Wake"/> is called, or the time is over. Not under the lock.</summary>
    public void Sleep(TimeSpan wait)
    {
        _ready.Clear();
        poller.Wait(wait, _ready);
    }

    public void Close() => poller.Dispose();
}
