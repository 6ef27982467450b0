namespace PollHttp.Core;

/// <summary>
/// Specifies deviations from the rules of HTTP/1.1 (RFC 9112) and HTTP/2 (RFC 9113) that are accepted from a server. Each bit is one deviation.
/// </summary>
[Flags]
public enum Leniency
{
    /// <summary>No deviation: the strictest setting.</summary>
    None = 0,

    /// <summary>
    /// A field that continues on the next line: the lines are joined with a space (RFC 9112 §5.2). In Content-Length, Transfer-Encoding and
    /// Connection it is always refused. Set by default.
    /// </summary>
    LineFolding = 1,

    /// <summary>A lone LF as the end of a line in the head (RFC 9112
    /// §2.2); never inside chunk framing.</summary>
    BareLineFeed = 1 << 1,

    /// <summary>
    /// Spaces between the name of a field and its colon, which are dropped (RFC 9112 §5.1); never in Content-Length, Transfer-Encoding or
    /// Connection.
    /// </summary>
    SpaceBeforeColon = 1 << 2,

    /// <summary>
    /// <c>Transfer-Encoding: identity</c>, which RFC 9112 has removed: it counts as no coding, and the connection is closed after such a
    /// response.
    /// </summary>
    IdentityCoding = 1 << 3,

    /// <summary>A 101 that switches protocols although the request did not ask for it (RFC 9110 §15.2.2). In HTTP/2, where it means nothing, it
    /// is skipped (RFC 9113 §8.6).</summary>
    UnofferedSwitch = 1 << 4,

    /// <summary>Two lines <c>Transfer-Encoding: chunked</c>, which count as one coding (RFC 9112
    /// §6.1).</summary>
    RepeatedChunked = 1 << 5,

    /// <summary>Control characters in field values (RFC 9110 §5.5): kept, but NUL becomes a space. So do CR and LF in HTTP/2, where they end no
    /// line.</summary>
    ControlCharacters = 1 << 6,

    /// <summary>An end of TLS without close_notify, which counts as the end of a body that runs to the close (RFC 9112
    /// §9.8).</summary>
    MissingCloseNotify = 1 << 7,

    /// <summary>Upper-case letters in the names of fields in HTTP/2 (RFC 9113 §8.2.1).</summary>
    UpperCaseNames = 1 << 8,

    /// <summary>White space at the ends of field values in HTTP/2, which is removed (RFC 9113 §8.2.1).</summary>
    PaddedValues = 1 << 9,

    /// <summary>Fields of HTTP/1.1 about the connection in HTTP/2, as Transfer-Encoding: handed on, without effect (RFC 9113 §8.2.2).</summary>
    ConnectionFields = 1 << 10,

    /// <summary>Fields in the trailers of HTTP/2 that don't belong there: handed on, where they are dropped otherwise (RFC 9110 §6.5.1).</summary>
    AnyTrailers = 1 << 11,

    /// <summary>A cipher suite of TLS 1.2 that HTTP/2 prohibits (RFC 9113 §9.2.2, Appendix A). Set by default.</summary>
    ProhibitedCipherSuites = 1 << 12,

    /// <summary>What is set by default.</summary>
    Default = LineFolding | ProhibitedCipherSuites,

    /// <summary>All of these: what the platform's handler accepts.</summary>
    All = LineFolding | BareLineFeed | SpaceBeforeColon | IdentityCoding | UnofferedSwitch | RepeatedChunked | ControlCharacters | MissingCloseNotify
        | UpperCaseNames | PaddedValues | ConnectionFields | AnyTrailers | ProhibitedCipherSuites,
}
