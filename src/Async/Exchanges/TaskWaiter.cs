namespace PollHttp.Exchanges;

/// <summary>Waits for an exchange as a task, completed where the loop runs user code.</summary>
internal class TaskWaiter(PollLoop loop)
    : TaskCompletionSource<Response>(loop.IsBackground ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None),
        IExchangeWaiter
{
    /// <summary>Completes the task where user code runs. Listeners, loggers and observers may block, so the reactor does not
    /// call them.</summary>
    public void OnFinished(Exchange exchange)
    {
        if (exchange is { Engine.Loop.IsBackground: true, HasNotices: true })
        {
            ThreadPool.UnsafeQueueUserWorkItem(static finished => finished.Complete(), exchange, preferLocal: false);
        }
        else
        {
            exchange.Engine.Loop.Complete(exchange);
        }
    }

    /// <summary>Completes the task with the outcome of the exchange: a response, an error, or null when the caller canceled.</summary>
    public virtual void Complete(object? outcome, CancellationToken token)
    {
        switch (outcome)
        {
            case Response response:
                TrySetResult(response);
                break;
            case Exception error:
                TrySetException(error);
                break;
            default:
                TrySetCanceled(token);
                break;
        }
    }
}
