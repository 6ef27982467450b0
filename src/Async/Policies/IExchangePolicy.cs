using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>
/// Decides one thing about exchanges (redirects, cookies, credentials): amends the fields of a hop before it is sent, and
/// says after its head whether another hop is needed.
/// </summary>
/// <remarks>
/// Synchronous, quick, and free of state of single exchanges, which is the exchange's: one policy serves all exchanges of an engine,
/// on several threads. What it throws fails the exchange.
/// </remarks>
internal interface IExchangePolicy
{
    /// <summary>Before each hop. For the first hop on the caller's thread, for the others where the head before was received.</summary>
    void BeforeSend(Exchange exchange);

    /// <summary>
    /// After each final head, under the lock of its connection, unless objects of the user's are asked. All policies are asked, in order, until one wants another hop or
    /// an error; the head is valid during the call only.
    /// </summary>
    HeadVerdict AfterHead(Exchange exchange, ResponseHead head);
}
