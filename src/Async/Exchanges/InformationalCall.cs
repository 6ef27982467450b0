namespace PollHttp;

/// <summary>Tells the caller of an interim response: where user code runs, never inside the I/O.</summary>
internal sealed class InformationalCall(Exchange exchange, Action<ResponseHead> callback, ResponseHead head) : ICompletion, IThreadPoolWorkItem
{
    public void Start(PollLoop loop)
    {
        if (exchange.Waiter is BlockingCall call)
        {
            call.Call(this);
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

    public void Complete()
    {
        try
        {
            callback(head);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            exchange.Fail(error); // the caller's own exception is the outcome, unless there is one already
        }
    }
}
