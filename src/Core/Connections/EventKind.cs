namespace PollHttp.Core;

/// <summary>What a connection has to report. When several events of one exchange wait, they are reported in this order.</summary>
public enum EventKind
{
    /// <summary>There is nothing more until an input, a command or a deadline.</summary>
    None,

    /// <summary>The connection no longer holds any memory given to Write for the exchange.</summary>
    BodyReleased,

    /// <summary>An interim (1xx) head arrived; it can be read until the next event.</summary>
    Informational,

    /// <summary>The final head arrived.</summary>
    ResponseHead,

    /// <summary>The final head arrived although the request's content is not finished.</summary>
    FinalHeadBeforeBodyEnd,

    /// <summary>The connection stopped being HTTP and can be taken over.</summary>
    Upgraded,

    /// <summary>Content can be written again after <see cref="HttpConnection.Write"/> took none of it.</summary>
    WriteReady,

    /// <summary>More of the body can be read than before.</summary>
    BodyData,

    /// <summary>The response is complete and all of its body has been consumed.</summary>
    EndOfResponse,

    /// <summary>The exchange failed; see <see cref="HttpExchange.Fault"/>.</summary>
    Faulted,

    /// <summary>
    /// <see cref="HttpConnection.AvailableExchanges"/> changed and neither <see cref="HttpConnection.Begin"/> nor another event says so. In
    /// HTTP/1: when the content of a request ended after its response.
    /// </summary>
    AvailabilityChanged,

    /// <summary>No exchange is left and none can be begun.</summary>
    Closed,
}
