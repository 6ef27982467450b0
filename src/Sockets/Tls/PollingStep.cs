namespace PollHttp.Sockets;

/// <summary>
/// Marks a section in which <see cref="System.Net.Security.SslStream"/> may run on the polling thread. It removes the synchronization
/// context, which would move continuations to another thread, and registers the thread with the inner stream, which uses the inner
/// transport only within such a section.
/// </summary>
internal readonly ref struct PollingStep
{
    private readonly SynchronizationContext? _context;
    private readonly TlsInnerStream _stream;
    private readonly int _outer;

    internal PollingStep(TlsInnerStream stream)
    {
        _stream = stream;
        _outer = stream.PollingThread;
        stream.PollingThread = Environment.CurrentManagedThreadId;
        _context = SynchronizationContext.Current;
        if (_context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    public void Dispose()
    {
        _stream.PollingThread = _outer;
        if (_context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(_context);
        }
    }
}
