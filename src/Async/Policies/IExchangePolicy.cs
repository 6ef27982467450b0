using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>
/// Decides one thing about exchanges (redirects, cookies, credentials): amends the fields of an attempt before it is sent, and
/// says after its head whether another attempt is needed.
/// </summary>
/// <remarks>
/// Synchronous, quick, and free of state of single exchanges, which is the exchange's: one policy serves all exchanges of an engine,
/// on several threads. What it throws fails the exchange.
/// </remarks>
internal interface IExchangePolicy
{
    /// <summary>Amends an attempt that is to be sent: the first on the caller's thread, the others where the head before was received.</summary>
    void BeforeSend(Exchange exchange);

    /// <summary>
    /// After each final head, under the lock of its connection, unless objects of the user's are asked. All policies are asked, in order, until one wants another attempt or
    /// an error; the head is valid during the call only.
    /// </summary>
    HeadVerdict AfterHead(Exchange exchange, ResponseHead head);
}
