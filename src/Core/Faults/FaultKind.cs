namespace PollHttp.Core;

/// <summary>What went wrong on a connection. Each is the network's doing; misuse throws instead.</summary>
public enum FaultKind
{
    /// <summary>When nothing went wrong.</summary>
    None,

    /// <summary>When the name could not be resolved.</summary>
    ResolveFailed,

    /// <summary>When no address could be connected to.</summary>
    ConnectFailed,

    /// <summary>When a proxy refused or broke the tunnel.</summary>
    ProxyFailed,

    /// <summary>When the TLS handshake failed, the certificate included.</summary>
    TlsFailed,

    /// <summary>When the first line is no HTTP/1 status line (RFC 9112 §4).</summary>
    MalformedStatusLine,

    /// <summary>When the peer speaks another major version.</summary>
    UnsupportedVersion,

    /// <summary>When a field line breaks the grammar (RFC 9112 §5).</summary>
    MalformedField,

    /// <summary>When a lone LF ends a line.</summary>
    BareLineFeed,

    /// <summary>When the status line, a field line or the whole head passes its limit.</summary>
    HeadTooLarge,

    /// <summary>When there are more fields than the limit allows.</summary>
    TooManyFields,

    /// <summary>When more interim responses came than the limit allows.</summary>
    TooManyInformational,

    /// <summary>When several Content-Length values differ.</summary>
    ConflictingLengths,

    /// <summary>When a Content-Length is no number of at most 63 bits.</summary>
    MalformedLength,

    /// <summary>When the transfer coding is anything but one chunked, or comes with HTTP/1.0.</summary>
    UnsupportedTransferCoding,

    /// <summary>When the content would be larger than the caller allows.</summary>
    BodyTooLarge,

    /// <summary>When a chunk's size line breaks the grammar (RFC 9112 §7.1).</summary>
    MalformedChunkSize,

    /// <summary>When chunk extensions pass their limit.</summary>
    ChunkExtensionTooLarge,

    /// <summary>When a chunk's data is not followed by CRLF.</summary>
    MissingChunkEnd,

    /// <summary>When the trailer section passes its limit.</summary>
    TrailersTooLarge,

    /// <summary>When a 101 came that nobody asked for.</summary>
    UnexpectedSwitch,

    /// <summary>When bytes came before anything of the request was sent.</summary>
    UnsolicitedBytes,

    /// <summary>When the connection ended before the first byte of a response.</summary>
    ClosedBeforeResponse,

    /// <summary>When the connection ended inside a head.</summary>
    TruncatedHead,

    /// <summary>When the connection ended inside a body.</summary>
    TruncatedBody,

    /// <summary>When the connection was reset or the transport failed.</summary>
    ConnectionReset,

    /// <summary>When a deadline passed: see <see cref="Fault.Timer"/>.</summary>
    TimedOut,

    /// <summary>When a content coding (gzip, br …) is broken: its format, its checksum, or bytes after its end.</summary>
    MalformedCoding,

    /// <summary>When the body came whole, and the coded data in it stops before its end.</summary>
    TruncatedCoding,

    /// <summary>When more content codings are applied one over the other than anybody needs.</summary>
    TooManyCodings,

    /// <summary>When the decoded content would be larger than the caller allows.</summary>
    DecodedBodyTooLarge,

    /// <summary>When coded bytes become more decoded ones than the caller allows: a bomb.</summary>
    DecodingRatioTooHigh,

    /// <summary>When the peer reset the stream of the exchange (RFC 9113 §6.4): see <see cref="Fault.ErrorCode"/>.</summary>
    StreamReset,

    /// <summary>When the peer ended the connection with GOAWAY before it finished the exchange (RFC 9113 §6.8): see <see cref="Fault.ErrorCode"/>.</summary>
    GoAway,

    /// <summary>When the peer broke a rule of HTTP/2 (RFC 9113 §5.4): <see cref="Fault.ErrorCode"/> is what it was told.</summary>
    ProtocolViolation,
}
