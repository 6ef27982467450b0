namespace PollHttp;

/// <summary>Specifies the result of a <see cref="PollDownload"/>, or that it is in progress.</summary>
public enum PollDownloadResult
{
    /// <summary>The download was never started.</summary>
    NotStarted,

    /// <summary>The download is in progress: poll it again.</summary>
    InProgress,

    /// <summary>The whole response was received, with an expected status code.</summary>
    Success,

    /// <summary>A chunked body was cut short, or its framing is invalid.</summary>
    ChunkedBodySizeMismatch,

    /// <summary>No connection to an address or proxy could be made.</summary>
    CantConnect,

    /// <summary>The name could not be resolved.</summary>
    CantResolve,

    /// <summary>The connection broke, or the peer violated HTTP.</summary>
    ConnectionError,

    /// <summary>The TLS handshake failed, or the certificate was not accepted.</summary>
    TlsHandshakeError,

    /// <summary>The connection ended before a whole response head.</summary>
    NoResponse,

    /// <summary>The body, as received or as decoded, is larger than allowed.</summary>
    BodySizeLimitExceeded,

    /// <summary>The body does not match its Content-Encoding, or is truncated.</summary>
    BodyDecompressionFailed,

    /// <summary>The file could not be created, another download writes it, or the name is that of a folder.</summary>
    FileCantOpen,

    /// <summary>The file, or the caller's stream, could not be written.</summary>
    FileWriteError,

    /// <summary>There were more redirects than allowed.</summary>
    RedirectLimitReached,

    /// <summary>A redirect leads from https to http, or to an address that can't be requested.</summary>
    RedirectRefused,

    /// <summary>The total time is over, or the server was silent for too long.</summary>
    Timeout,

    /// <summary>The download was canceled.</summary>
    Canceled,

    /// <summary>
    /// The status code is not one for the requested content (see <see cref="PollDownloadOptions.AcceptAnyStatus"/>); nothing was written.
    /// </summary>
    UnexpectedStatus,
}
