namespace PollHttp;

/// <summary>Waits for an exchange as a task, completed where the loop runs user code.</summary>
internal sealed class TaskWaiter(PollLoop loop)
    : TaskCompletionSource<Response>(loop.IsBackground ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None),
        IExchangeWaiter
{
    public void OnFinished(Exchange exchange) => exchange.Engine.Loop.Complete(exchange);

    public void Complete(Exchange exchange)
    {
        if (exchange.Response is { } response)
        {
            TrySetResult(response);
        }
        else if (exchange.Error is { } error)
        {
            TrySetException(error);
        }
        else
        {
            TrySetCanceled(exchange.Token);
        }
    }
}
