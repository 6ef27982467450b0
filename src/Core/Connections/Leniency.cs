namespace PollHttp.Core;

/// <summary>
/// Specifies deviations from the rules of HTTP/1.1 (RFC 9112) that are accepted from a server. Each bit is one deviation.
/// </summary>
[Flags]
public enum Leniency
{
    /// <summary>No deviation: the strictest setting.</summary>
    None = 0,

    /// <summary>
    /// A field that continues on the next line: the lines are joined with a space (RFC 9112 §5.2). In Content-Length, Transfer-Encoding and
    /// Connection it is always refused. This is the only bit that is set by default.
    /// </summary>
    LineFolding = 1,

    /// <summary>A lone LF as the end of a line in the head (RFC 9112</summary>
    /// 2.2); never inside chunk framing.
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

    /// <summary>A 101 that switches protocols although the request did not ask for it (RFC 9110 §15.2.2).</summary>
    UnofferedSwitch = 1 << 4,

    /// <summary>Two lines <c>Transfer-Encoding: chunked</c>, which count as one coding (RFC 9112</summary>
    /// 6.1).
    RepeatedChunked = 1 << 5,

    /// <summary>Control characters in field values (RFC 9110 §5.5): kept, but NUL becomes a space.</summary>
    ControlCharacters = 1 << 6,

    /// <summary>An end of TLS without close_notify, which counts as the end of a body that runs to the close (RFC 9112</summary>
    /// 9.8).
    MissingCloseNotify = 1 << 7,

    /// <summary>All of these: what the platform's handler accepts.</summary>
    All = LineFolding | BareLineFeed | SpaceBeforeColon | IdentityCoding | UnofferedSwitch | RepeatedChunked | ControlCharacters | MissingCloseNotify,
}
