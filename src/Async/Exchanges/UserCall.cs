namespace PollHttp;

/// <summary>A call of the user's code that an exchange causes: made where such code runs, outside of every gate, never inside the I/O.</summary>
internal abstract class UserCall(Exchange exchange) : ICompletion, IThreadPoolWorkItem
{
    protected Exchange Exchange => exchange;

    /// <summary>
    /// Has it made: by the thread that is blocked for the exchange, on the thread pool in background drive, else on the loop's thread
    /// after its I/O.
    /// </summary>
    public void Start(PollLoop loop)
    {
        if (exchange.Caller is { } caller)
        {
            caller.Call(this);
        }
        else if (loop.IsBackground)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            loop.Complete(this);
        }
    }

    public void Execute() => Complete();

    public abstract void Complete();
}
