namespace PollHttp.Cli;

/// <summary>Specifies the exit codes: those of curl where curl has one for the same failure, so that scripts keep working.</summary>
internal enum ExitCode
{
    /// <summary>The request was answered; the status does not matter, unless <c>--fail</c> or a file was given.</summary>
    Success = 0,

    /// <summary>The failure is none of those below.</summary>
    Other = 1,

    /// <summary>The command line is wrong; nothing was sent.</summary>
    Usage = 2,

    /// <summary>The address can't be requested; nothing was sent.</summary>
    BadAddress = 3,

    /// <summary>The host has no address.</summary>
    CannotResolve = 6,

    /// <summary>No connection could be made.</summary>
    CannotConnect = 7,

    /// <summary>The response is not HTTP as defined by the RFCs, or exceeds a limit.</summary>
    BadResponse = 8,

    /// <summary>The body was cut short.</summary>
    PartialBody = 18,

    /// <summary>The status is not a success, and <c>--fail</c> or a file was given.</summary>
    HttpStatus = 22,

    /// <summary>A file, or the output, could not be written.</summary>
    CannotWrite = 23,

    /// <summary>A file to send could not be read.</summary>
    CannotRead = 26,

    /// <summary>A timeout expired.</summary>
    TimedOut = 28,

    /// <summary>The TLS handshake failed for a reason other than the certificate.</summary>
    TlsHandshake = 35,

    /// <summary>A redirect was not followed: too many redirects, an invalid address, or from https to http.</summary>
    Redirect = 47,

    /// <summary>The connection ended before the first byte of a response.</summary>
    EmptyReply = 52,

    /// <summary>The connection broke while receiving.</summary>
    CannotReceive = 56,

    /// <summary>The server's certificate was not accepted.</summary>
    Certificate = 60,

    /// <summary>The body's content coding is malformed, or expands beyond its limit.</summary>
    BadCoding = 61,

    /// <summary>The body is larger than allowed.</summary>
    TooLarge = 63,

    /// <summary>The proxy refused or failed.</summary>
    Proxy = 97,

    /// <summary>Interrupted by Ctrl-C or a signal.</summary>
    Interrupted = 130,
}
