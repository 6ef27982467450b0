namespace PollHttp.Connections;

/// <summary>
/// Represents the place in which a thread sleeps while it polls a connection itself. It has a poller for that connection alone, and stays
/// with the connection as long as threads poll it. Registrations that are still wanted are kept, so a further request on the connection needs
/// no call to change them.
/// </summary>
internal sealed class CallerDrive(IPoller poller)
{
    private readonly List<ITransport> _ready = [];

    public PollerRegistration Registration { get; } = new(poller);

    /// <summary>Gets the poller that is woken by lookups and handshakes that end elsewhere.</summary>
    public IPoller Waker => poller;

    /// <summary>Gets or sets a value indicating whether a thread is asleep here, or about to be.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public bool IsAsleep { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the connection has left. The sleeping thread returns this drive when it wakes.
    /// </summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public bool IsLeft { get; set; }

    /// <summary>Ends the current sleep, or the next one.</summary>
    /// <remarks>Thread safety: any thread, also after the drive was returned.</remarks>
    public void Wake() => poller.Wake();

    /// <summary>Sleeps until the connection is ready, <see cref="Wake"/> is called, or the time is over.</summary>
    /// <remarks>Thread safety: the caller does not hold the lock.</remarks>
    public void Sleep(TimeSpan wait)
    {
        _ready.Clear();
        poller.Wait(wait, _ready);
    }

    public void Close() => poller.Dispose();
}
