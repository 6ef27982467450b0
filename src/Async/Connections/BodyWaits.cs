namespace PollHttp.Connections;

/// <summary>
/// Holds the waits of readers for more of a body. There are three kinds: a task, which a pass of the loop ends; a thread, which the thread of
/// the loop wakes; and a thread of a blocking call, which polls the connection itself.
/// </summary>
/// <remarks>
/// A mutable struct, part of its body. Thread safety: the caller holds the lock of the connection, unless a member says otherwise.
/// </remarks>
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

    /// <summary>Determines whether the polling thread can stop.</summary>
    public readonly bool IsPollingOver(ConnectionBody body) => body.IsReady(_examined) || _token.IsCancellationRequested;

    /// <summary>Begins a wait that a pass of the loop or the token ends.</summary>
    public ValueTask BeginAsync(PooledConnection connection, long examined, CancellationToken token) =>
        (_wait ??= new(connection)).Begin(examined, token);

    /// <summary>Blocks until the thread of the loop has received more.</summary>
    /// <remarks>Thread safety: takes the lock.</remarks>
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

    /// <summary>Polls the connection until there is more.</summary>
    /// <returns>False if the token ended the wait.</returns>
    /// <remarks>Thread safety: takes the lock.</remarks>
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

    /// <summary>Ends the waits whose data has arrived.</summary>
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
