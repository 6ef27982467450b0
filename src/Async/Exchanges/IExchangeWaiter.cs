namespace PollHttp.Exchanges;

/// <summary>Whoever waits for an exchange: a task, a blocked thread. The exchange does not know which.</summary>
internal interface IExchangeWaiter
{
    /// <summary>
    /// Called once, when the exchange has its outcome; on any thread, under the lock of a connection: only takes note, wakes or
    /// hands on. User code runs elsewhere.
    /// </summary>
    void OnFinished(Exchange exchange);
}
