namespace PollHttp.Exchanges;

/// <summary>Waits for an exchange as a task, completed where the loop runs user code.</summary>
/// <param name="options">The options from <see cref="Loop.ContinuationPolicy.TaskOptions"/>.</param>
internal class TaskWaiter(TaskCreationOptions options) : TaskCompletionSource<Response>(options), IExchangeWaiter
{
    public void OnFinished(Exchange exchange) => exchange.Engine.Loop.Complete(exchange);

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
