using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>
/// Decides one aspect of exchanges (redirects, cookies, credentials): it amends the fields of an attempt before it is sent, and decides after
/// its head whether another attempt is needed.
/// </summary>
/// <remarks>
/// A policy is synchronous and quick, and keeps no state of single exchanges: one policy serves all exchanges of an engine. An exception
/// fails the exchange. Thread safety: called on several threads.
/// </remarks>
internal interface IExchangePolicy
{
    /// <summary>
    /// Called before each attempt: for the first attempt on the caller's thread, for others where the previous head was received.
    /// </summary>
    void BeforeSend(Exchange exchange);

    /// <summary>
    /// Called after each final head, under the lock of its connection unless user objects are called. All policies are called, in order,
    /// until one requires another attempt or an error; the head is valid only during the call.
    /// </summary>
    HeadVerdict AfterHead(Exchange exchange, ResponseHead head);
}
