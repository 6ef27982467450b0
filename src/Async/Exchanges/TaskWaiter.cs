namespace PollHttp;

/// <summary>Waits for an exchange as a task, completed where the loop runs user code.</summary>
internal sealed class TaskWaiter(PollLoop loop)
    : TaskCompletionSource<Response>(loop.IsBackground ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None),
        IExchangeWaiter
{
    public void OnFinished(Exchange exchange) => exchange.Engine.Loop.Complete(exchange);

    /// <summary>Completes the task with the outcome of the exchange: a response, an error, or null when the caller canceled.</summary>
    public void Complete(object? outcome, CancellationToken token)
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
