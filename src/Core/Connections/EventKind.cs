namespace PollHttp.Core;

/// <summary>Specifies what a connection reports. Several pending events of one exchange are reported in this order.</summary>
public enum EventKind
{
    /// <summary>Nothing to report until an input, a command or a deadline.</summary>
    None,

    /// <summary>The connection no longer uses memory that was given to Write for the exchange.</summary>
    BodyReleased,

    /// <summary>An interim (1xx) head arrived; it can be read until the next event.</summary>
    Informational,

    /// <summary>The final head arrived.</summary>
    ResponseHead,

    /// <summary>The final head arrived although the request's content is not finished.</summary>
    FinalHeadBeforeBodyEnd,

    /// <summary>The connection stopped being HTTP and can be taken over.</summary>
    Upgraded,

    /// <summary>Content can be written again after <see cref="HttpConnection.Write"/> accepted none.</summary>
    WriteReady,

    /// <summary>More of the body can be read.</summary>
    BodyData,

    /// <summary>The response is complete and all of its body has been consumed.</summary>
    EndOfResponse,

    /// <summary>The exchange failed; see <see cref="HttpExchange.Fault"/>.</summary>
    Faulted,

    /// <summary>
    /// <see cref="HttpConnection.AvailableExchanges"/> changed without <see cref="HttpConnection.Begin"/> or another event that implies it.
    /// The content of a request ended after its response: in HTTP/1 whole or given up, in HTTP/2 since the server wants no more of it.
    /// </summary>
    AvailabilityChanged,

    /// <summary>No exchange is left, and no other can begin.</summary>
    Closed,
}
