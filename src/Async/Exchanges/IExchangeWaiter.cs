namespace PollHttp.Exchanges;

/// <summary>Waits for an exchange, as a task or as a blocked thread. The exchange does not know which.</summary>
internal interface IExchangeWaiter
{
    /// <summary>
    /// Called once, when the exchange has its outcome, on any thread and under the lock of a connection. Only records, wakes or passes on;
    /// user code runs elsewhere.
    /// </summary>
    void OnFinished(Exchange exchange);
}
