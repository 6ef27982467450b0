namespace PollHttp.Core;

/// <summary>Specifies why a connection can't be used for another exchange. These are data, not errors.</summary>
[Flags]
public enum CloseReasons
{
    /// <summary>No reason: the connection can be used again.</summary>
    None = 0,

    /// <summary>We sent <c>Connection: close</c>, or the application closed or aborted.</summary>
    ClientAsked = 1,

    /// <summary>The response says <c>Connection: close</c>, or the peer ended its side.</summary>
    ServerAsked = 1 << 1,

    /// <summary>The response is HTTP/1.0 without keep-alive, or of an unknown minor version.</summary>
    Http10 = 1 << 2,

    /// <summary>The body ran to the end of the connection.</summary>
    CloseDelimitedBody = 1 << 3,

    /// <summary>The request's content was abandoned half sent.</summary>
    RequestAbandoned = 1 << 4,

    /// <summary>A final response arrived instead of 100, and the content was not sent.</summary>
    ExpectationRefused = 1 << 5,

    /// <summary>Bytes arrived that no exchange had asked for.</summary>
    BytesWhileIdle = 1 << 6,

    /// <summary>Bytes followed the end of a response.</summary>
    BytesAfterResponse = 1 << 7,

    /// <summary>The connection stopped being HTTP.</summary>
    Switched = 1 << 8,

    /// <summary>Something failed.</summary>
    Faulted = 1 << 9,

    /// <summary>The head was accepted but its framing is suspicious.</summary>
    AmbiguousFraming = 1 << 10,

    /// <summary>The peer sent GOAWAY (RFC 9113 §6.8).</summary>
    GoAway = 1 << 11,

    /// <summary>Every stream id of the connection was used (RFC 9113 §5.1.1).</summary>
    IdsExhausted = 1 << 12,
}
