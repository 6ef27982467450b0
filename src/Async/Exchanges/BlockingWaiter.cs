using System.Runtime.ExceptionServices;

namespace PollHttp;

/// <summary>Waits for an exchange on the calling thread, while the loop's own thread does the work. No task is made.</summary>
internal sealed class BlockingWaiter : IExchangeWaiter, IDisposable
{
    private readonly ManualResetEventSlim _done = new();
    private Exchange? _exchange;

    public void OnFinished(Exchange exchange)
    {
        _exchange = exchange;
        _done.Set();
    }

    public Response Wait()
    {
        _done.Wait();
        Exchange exchange = _exchange!;
        if (exchange.Error is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return exchange.Response ?? throw new TaskCanceledException(null, null, exchange.Token);
    }

    public void Dispose() => _done.Dispose();
}
