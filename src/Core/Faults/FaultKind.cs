namespace PollHttp.Core;

/// <summary>Specifies what went wrong on a connection. All of these are caused by the network; misuse throws instead.</summary>
public enum FaultKind
{
    /// <summary>Nothing went wrong.</summary>
    None,

    /// <summary>The name could not be resolved.</summary>
    ResolveFailed,

    /// <summary>No connection to any address could be made.</summary>
    ConnectFailed,

    /// <summary>A proxy refused or broke the tunnel.</summary>
    ProxyFailed,

    /// <summary>The TLS handshake failed, including the check of the certificate.</summary>
    TlsFailed,

    /// <summary>The first line is not an HTTP/1 status line (RFC 9112
    /// §4).</summary>
    MalformedStatusLine,

    /// <summary>The peer speaks another major version.</summary>
    UnsupportedVersion,

    /// <summary>A field line breaks the grammar (RFC 9112 §5).</summary>
    MalformedField,

    /// <summary>A lone LF ends a line.</summary>
    BareLineFeed,

    /// <summary>The status line, a field line or the whole head exceeds its limit.</summary>
    HeadTooLarge,

    /// <summary>There are more fields than the limit allows.</summary>
    TooManyFields,

    /// <summary>More interim responses arrived than the limit allows.</summary>
    TooManyInformational,

    /// <summary>Several Content-Length values differ.</summary>
    ConflictingLengths,

    /// <summary>A Content-Length is not a number of at most 63 bits.</summary>
    MalformedLength,

    /// <summary>The transfer coding is not exactly one chunked, or is used with HTTP/1.0.</summary>
    UnsupportedTransferCoding,

    /// <summary>The content would be larger than the caller allows.</summary>
    BodyTooLarge,

    /// <summary>A chunk's size line breaks the grammar (RFC 9112 §7.1).</summary>
    MalformedChunkSize,

    /// <summary>Chunk extensions exceed their limit.</summary>
    ChunkExtensionTooLarge,

    /// <summary>A chunk's data is not followed by CRLF.</summary>
    MissingChunkEnd,

    /// <summary>The trailer section exceeds its limit.</summary>
    TrailersTooLarge,

    /// <summary>A 101 arrived that was not requested.</summary>
    UnexpectedSwitch,

    /// <summary>Bytes arrived before any part of the request was sent.</summary>
    UnsolicitedBytes,

    /// <summary>The connection ended before the first byte of a response.</summary>
    ClosedBeforeResponse,

    /// <summary>The connection ended inside a head.</summary>
    TruncatedHead,

    /// <summary>The connection ended inside a body.</summary>
    TruncatedBody,

    /// <summary>The connection was reset or the transport failed.</summary>
    ConnectionReset,

    /// <summary>A timeout expired: see <see cref="Fault.Timer"/>.</summary>
    TimedOut,

    /// <summary>A content coding (gzip, br …) is malformed: its format, its checksum, or bytes after its end.</summary>
    MalformedCoding,

    /// <summary>The body arrived whole, but the coded data in it is truncated.</summary>
    TruncatedCoding,

    /// <summary>The response has more content codings than the limit allows.</summary>
    TooManyCodings,

    /// <summary>The decoded content would be larger than the caller allows.</summary>
    DecodedBodyTooLarge,

    /// <summary>The coded data expands more than the caller allows: a decompression bomb.</summary>
    DecodingRatioTooHigh,

    /// <summary>The peer reset the stream of the exchange (RFC 9113 §6.4): see <see cref="Fault.ErrorCode"/>.</summary>
    StreamReset,

    /// <summary>The peer ended the connection with GOAWAY before it finished the exchange (RFC 9113 §6.8): see
    /// <see cref="Fault.ErrorCode"/>.</summary>
    GoAway,

    /// <summary>The peer broke a rule of HTTP/2 (RFC 9113
    /// §5.4); <see cref="Fault.ErrorCode"/> is the code that was sent to it.</summary>
    ProtocolViolation,

    /// <summary>When a response of HTTP/2 is malformed (RFC 9113 §8.1.1): its parts are out of order, or its length is not what it says.</summary>
    MalformedResponse,
}
