namespace PollHttp;

/// <summary>How a <see cref="PollDownload"/> stands, or ended.</summary>
public enum PollDownloadResult
{
    /// <summary>Before the first Start.</summary>
    NotStarted,

    /// <summary>While it runs: poll it again.</summary>
    InProgress,

    /// <summary>A response with an expected status code was received whole.</summary>
    Success,

    /// <summary>A chunked body broke off, or its framing was wrong.</summary>
    ChunkedBodySizeMismatch,

    /// <summary>No address, or no proxy, could be connected to.</summary>
    CantConnect,

    /// <summary>The name could not be resolved.</summary>
    CantResolve,

    /// <summary>The connection broke, or the peer broke a rule of HTTP.</summary>
    ConnectionError,

    /// <summary>The TLS handshake failed, or the certificate was not accepted.</summary>
    TlsHandshakeError,

    /// <summary>The connection ended before a whole response head.</summary>
    NoResponse,

    /// <summary>The body, as received or as decoded, is larger than allowed.</summary>
    BodySizeLimitExceeded,

    /// <summary>The body is not what its Content-Encoding says, or ends early inside it.</summary>
    BodyDecompressionFailed,

    /// <summary>The file could not be made, another download writes it, or a folder bears its name.</summary>
    FileCantOpen,

    /// <summary>The file, or the caller's stream, could not be written.</summary>
    FileWriteError,

    /// <summary>There was one redirect more than allowed.</summary>
    RedirectLimitReached,

    /// <summary>A redirect leads from https to http, or to nothing that can be requested.</summary>
    RedirectRefused,

    /// <summary>The time for the whole is over, or the server was silent for too long.</summary>
    Timeout,

    /// <summary>When it was canceled.</summary>
    Canceled,

    /// <summary>
    /// The status code does not say that what was asked for comes (see <see cref="PollDownloadOptions.AcceptAnyStatus"/>); nothing
    /// was written.
    /// </summary>
    UnexpectedStatus,
}
