namespace PollHttp.Cli;

/// <summary>The exit codes: those of curl where it has one for the same failure, so that scripts can stay.</summary>
internal enum ExitCode
{
    /// <summary>The request was answered; the status does not matter, unless <c>--fail</c> or a file was asked for.</summary>
    Success = 0,

    /// <summary>The failure is none of those below.</summary>
    Other = 1,

    /// <summary>The command line is wrong; nothing was sent.</summary>
    Usage = 2,

    /// <summary>The address is none that can be requested; nothing was sent.</summary>
    BadAddress = 3,

    /// <summary>The host has no address.</summary>
    CannotResolve = 6,

    /// <summary>No connection could be made.</summary>
    CannotConnect = 7,

    /// <summary>What came is not HTTP as the RFCs have it, or passes a limit.</summary>
    BadResponse = 8,

    /// <summary>The body broke off.</summary>
    PartialBody = 18,

    /// <summary>The status is no success, and <c>--fail</c> or a file was asked for.</summary>
    HttpStatus = 22,

    /// <summary>A file, or the output, could not be written.</summary>
    CannotWrite = 23,

    /// <summary>A file that was to be sent could not be read.</summary>
    CannotRead = 26,

    /// <summary>A limit in time passed.</summary>
    TimedOut = 28,

    /// <summary>The TLS handshake failed for another reason than the certificate.</summary>
    TlsHandshake = 35,

    /// <summary>A redirect was not followed: too many, to a place that can't be, or from https to http.</summary>
    Redirect = 47,

    /// <summary>The connection ended before the first byte of a response.</summary>
    EmptyReply = 52,

    /// <summary>The connection broke while receiving.</summary>
    CannotReceive = 56,

    /// <summary>The server's certificate was not accepted.</summary>
    Certificate = 60,

    /// <summary>The body's content coding is broken, or expands beyond its limit.</summary>
    BadCoding = 61,

    /// <summary>The body is larger than it may be.</summary>
    TooLarge = 63,

    /// <summary>The proxy refused or failed.</summary>
    Proxy = 97,

    /// <summary>Interrupted by Ctrl-C or a signal.</summary>
    Interrupted = 130,
}
