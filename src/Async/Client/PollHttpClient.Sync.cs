namespace PollHttp;

// The sync drive: an engine of its own, whose loop is driven by the threads that wait.
public sealed partial class PollHttpClient
{
    private readonly object _syncLock = new();
    private ExchangeEngine? _syncEngine;

    /// <summary>The connections of the sync drive; null before the first Send.</summary>
    internal ConnectionPool? SyncPool => _syncEngine?.Pool;

    /// <summary>
    /// Sends a request and blocks the calling thread until the response head. No task is made and no thread pool is needed: the
    /// thread itself connects, sends and receives. Read the body with <c>foreach</c> over <see cref="Response.Body"/>,
    /// <see cref="Response.CopyTo"/>, <see cref="Response.ReadAsString"/> or <see cref="Response.ReadAsByteArray"/>; the asynchronous
    /// ways work too, but block where they would wait.
    /// </summary>
    /// <remarks>
    /// The connections are kept apart from those of the asynchronous calls, by the same limits. Where several threads are in such calls,
    /// one of them at a time polls for all. In a content that is not memory, <see cref="RequestContent.WriteTo"/> is called, on this
    /// thread. May be called on the thread of a loop, which stands still meanwhile.
    /// </remarks>
    /// <param name="request">What to send.</param>
    /// <param name="cancellationToken">Ends the waiting, from another thread.</param>
    /// <exception cref="PollHttpException">No response head came.</exception>
    /// <exception cref="RequestTimeoutException">A limit in time passed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Response Send(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Exchange exchange = MakeExchange(
            request.Method, request.Uri, request.HeadersOrNull, request.Content, false, cancellationToken, request.Options, SyncEngine);
        cancellationToken.ThrowIfCancellationRequested();
        return SyncWaiter.Send(exchange);
    }

    private ExchangeEngine SyncEngine
    {
        get
        {
            lock (_syncLock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _syncEngine ??= new(SyncLoop.For(_engine.Loop.Network), _engine.Settings);
            }
        }
    }

    private void CloseSync()
    {
        ExchangeEngine? engine;
        lock (_syncLock)
        {
            engine = _syncEngine;
        }

        if (engine is not null)
        {
            engine.Pool.Close(abort: true);
            if (SyncLoop.IsOwn(engine.Loop))
            {
                engine.Loop.Sync!.Close();
                engine.Loop.Dispose();
            }
        }
    }
}
