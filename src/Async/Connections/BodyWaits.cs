namespace PollHttp.Connections;

/// <summary>
/// How readers of a body wait for more of it: a task, which a pass of the loop ends; a thread, which the loop's thread wakes; or, on a
/// response that a thread blocked for, a thread that polls the connection itself.
/// </summary>
/// <remarks>A mutable struct, part of its body. Thread safety: under the lock of the connection, where nothing else is said.</remarks>
internal struct BodyWaits
{
    private LoopWait? _wait;
    private int _blocked;
    private bool _isPolled;
    private long _examined;
    private CancellationToken _token;

    /// <exception cref="InvalidOperationException">A wait is under way.</exception>
    public readonly void ThrowIfBeingRead()
    {
        if (_wait is { IsUnderWay: true } || _isPolled)
        {
            throw new InvalidOperationException("The body is being read already.");
        }
    }

    /// <summary>Gets a value indicating whether the thread that polls need not go on.</summary>
    public readonly bool IsPollingOver(ConnectionBody body) => body.IsReady(_examined) || _token.IsCancellationRequested;

    /// <summary>Begins a wait that a pass of the loop ends, or the token.</summary>
    public ValueTask BeginAsync(PooledConnection connection, long examined, CancellationToken token) =>
        (_wait ??= new(connection)).Begin(examined, token);

    /// <summary>Blocks until the loop, on its thread, has received more. Without the lock.</summary>
    public void Block(ConnectionBody body, PooledConnection connection, long examined)
    {
        lock (connection.Lock)
        {
            _blocked++;
            while (!body.IsReady(examined))
            {
                Monitor.Wait(connection.Lock);
            }

            _blocked--;
        }
    }

    /// <summary>Polls the connection until there is more. Without the lock.</summary>
    /// <returns>False when the token ended the wait.</returns>
    public bool Poll(ConnectionBody body, PooledConnection connection, long examined, CancellationToken token)
    {
        lock (connection.Lock)
        {
            _isPolled = true;
            _examined = examined;
            _token = token;
        }

        try
        {
            using (token.UnsafeRegister(static state => ((PooledConnection)state!).WakeCaller(), connection))
            {
                connection.PollFor(body);
            }
        }
        finally
        {
            _isPolled = false;
        }

        return !token.IsCancellationRequested;
    }

    /// <summary>Ends waits for what is there by now.</summary>
    public readonly void OnProgress(ConnectionBody body, PooledConnection connection)
    {
        if (_wait is { IsUnderWay: true } wait && body.IsReady(wait.Examined))
        {
            wait.End();
        }

        if (_blocked > 0)
        {
            Monitor.PulseAll(connection.Lock);
        }
    }
}
