namespace PollHttp.Sockets;

/// <summary>
/// A stretch of the polling thread in which <see cref="System.Net.Security.SslStream"/> may run: without a
/// synchronization context, which would take its continuations elsewhere, and known to the stream underneath, which
/// touches the inner transport only from here.
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
