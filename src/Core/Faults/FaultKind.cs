namespace PollHttp.Core;

/// <summary>What went wrong on a connection. Each is the network's doing; misuse throws instead.</summary>
public enum FaultKind
{
    /// <summary>Nothing went wrong.</summary>
    None,

    /// <summary>The name could not be resolved.</summary>
    ResolveFailed,

    /// <summary>No address could be connected to.</summary>
    ConnectFailed,

    /// <summary>A proxy refused or broke the tunnel.</summary>
    ProxyFailed,

    /// <summary>The TLS handshake failed, the certificate included.</summary>
    TlsFailed,

    /// <summary>The first line is no HTTP/1 status line (RFC 9112 §4).</summary>
    MalformedStatusLine,

    /// <summary>The peer speaks another major version.</summary>
    UnsupportedVersion,

    /// <summary>A field line breaks the grammar (RFC 9112 §5).</summary>
    MalformedField,

    /// <summary>A lone LF ends a line.</summary>
    BareLineFeed,

    /// <summary>The status line, a field line or the whole head passes its limit.</summary>
    HeadTooLarge,

    /// <summary>There are more fields than the limit allows.</summary>
    TooManyFields,

    /// <summary>More interim responses came than the limit allows.</summary>
    TooManyInformational,

    /// <summary>Several Content-Length values differ.</summary>
    ConflictingLengths,

    /// <summary>A Content-Length is no number of at most 63 bits.</summary>
    MalformedLength,

    /// <summary>The transfer coding is anything but one chunked, or comes with HTTP/1.0.</summary>
    UnsupportedTransferCoding,

    /// <summary>The content would be larger than the caller allows.</summary>
    BodyTooLarge,

    /// <summary>A chunk's size line breaks the grammar (RFC 9112 §7.1).</summary>
    MalformedChunkSize,

    /// <summary>Chunk extensions pass their limit.</summary>
    ChunkExtensionTooLarge,

    /// <summary>A chunk's data is not followed by CRLF.</summary>
    MissingChunkEnd,

    /// <summary>The trailer section passes its limit.</summary>
    TrailersTooLarge,

    /// <summary>A 101 came that nobody asked for.</summary>
    UnexpectedSwitch,

    /// <summary>Bytes came before anything of the request was sent.</summary>
    UnsolicitedBytes,

    /// <summary>The connection ended before the first byte of a response.</summary>
    ClosedBeforeResponse,

    /// <summary>The connection ended inside a head.</summary>
    TruncatedHead,

    /// <summary>The connection ended inside a body.</summary>
    TruncatedBody,

    /// <summary>The connection was reset or the transport failed.</summary>
    ConnectionReset,

    /// <summary>A deadline passed: see <see cref="Fault.Timer"/>.</summary>
    TimedOut,

    /// <summary>A content coding (gzip, br …) is broken: its format, its checksum, or bytes after its end.</summary>
    MalformedCoding,

    /// <summary>The body came whole, and the coded data in it stops before its end.</summary>
    TruncatedCoding,

    /// <summary>More content codings are applied one over the other than anybody needs.</summary>
    TooManyCodings,

    /// <summary>The decoded content would be larger than the caller allows.</summary>
    DecodedBodyTooLarge,

    /// <summary>Coded bytes become more decoded ones than the caller allows: a bomb.</summary>
    DecodingRatioTooHigh,

    /// <summary>The peer reset the stream of the exchange (RFC 9113 §6.4): see <see cref="Fault.ErrorCode"/>.</summary>
    StreamReset,

    /// <summary>The peer ended the connection with GOAWAY before it finished the exchange (RFC 9113 §6.8): see
    /// <see cref="Fault.ErrorCode"/>.</summary>
    GoAway,

    /// <summary>The peer broke a rule of HTTP/2 (RFC 9113 §5.4): <see cref="Fault.ErrorCode"/> is what it was told.</summary>
    ProtocolViolation,
}
