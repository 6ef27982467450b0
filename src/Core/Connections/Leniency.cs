namespace PollHttp.Core;

/// <summary>What is accepted from a server although the rules of HTTP/1.1 (RFC 9112) don't have it so. Each bit is one such thing.</summary>
[Flags]
public enum Leniency
{
    /// <summary>Nothing: the strictest.</summary>
    None = 0,

    /// <summary>
    /// A field that goes on in the next line: the lines are joined with a space (RFC 9112 §5.2). One in Content-Length, Transfer-Encoding or
    /// Connection is always refused. The only bit that is set by default.
    /// </summary>
    LineFolding = 1,

    /// <summary>A lone LF as the end of a line of the head (RFC 9112 §2.2), never inside chunk framing.</summary>
    BareLineFeed = 1 << 1,

    /// <summary>
    /// Spaces between the name of a field and its colon, which are dropped (RFC 9112 §5.1); never in Content-Length, Transfer-Encoding or
    /// Connection.
    /// </summary>
    SpaceBeforeColon = 1 << 2,

    /// <summary>
    /// <c>Transfer-Encoding: identity</c>, which RFC 9112 no longer has: taken for no coding, and the connection is closed after such a
    /// response.
    /// </summary>
    IdentityCoding = 1 << 3,

    /// <summary>A 101 that switches protocols although the request did not ask for it (RFC 9110 §15.2.2).</summary>
    UnofferedSwitch = 1 << 4,

    /// <summary>Two lines <c>Transfer-Encoding: chunked</c>, taken for one coding (RFC 9112 §6.1).</summary>
    RepeatedChunked = 1 << 5,

    /// <summary>Control characters in field values (RFC 9110 §5.5): kept, but NUL becomes a space.</summary>
    ControlCharacters = 1 << 6,

    /// <summary>A TLS end without close_notify, taken for the end of a body that runs to the close (RFC 9112 §9.8).</summary>
    MissingCloseNotify = 1 << 7,

    /// <summary>All of these: as much as the platform's handler accepts.</summary>
    All = LineFolding | BareLineFeed | SpaceBeforeColon | IdentityCoding | UnofferedSwitch | RepeatedChunked | ControlCharacters | MissingCloseNotify,
}
