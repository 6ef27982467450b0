using System.Text;

namespace PollHttp.Cli;

/// <summary>Describes the failure of a request: an exit code and one line.</summary>
internal readonly record struct Failure(ExitCode Code, string Message)
{
    /// <summary>
    /// Returns the code and the line of an exception that can end a request; <see cref="ExitCode.Other"/> for unknown ones.
    /// </summary>
    public static Failure Of(Exception error) => error switch
    {
        CliException known => new(known.Code, Line(known.Message)),
        RequestTimeoutException => new(ExitCode.TimedOut, Line(error.Message)),
        OperationCanceledException => new(ExitCode.Interrupted, "Interrupted."),
        RedirectException => new(ExitCode.Redirect, Line(error.Message)),
        DownloadException download => OfDownload(download),
        PollHttpException request => new(CodeOf(request.Fault, request.HttpRequestError), Line(request.Message)),
        PollHttpIOException body => new(CodeOf(body.Fault, body.HttpRequestError), Line(body.Message)),
        HttpRequestException { StatusCode: { } status } => new(ExitCode.HttpStatus, $"The server answered {(int)status}."),
        HttpRequestException request => new(CodeOf(default, request.HttpRequestError), Line(request.Message)),
        IOException or UnauthorizedAccessException => new(ExitCode.CannotWrite, Line(error.Message)),
        _ => new(ExitCode.Other, Line(error.Message)),
    };

    /// <summary>Returns the exit code of a fault.</summary>
    public static ExitCode CodeOf(Fault fault, HttpRequestError error = HttpRequestError.Unknown) => fault.Kind switch
    {
        FaultKind.ResolveFailed => ExitCode.CannotResolve,
        FaultKind.ConnectFailed => ExitCode.CannotConnect,
        FaultKind.ProxyFailed => ExitCode.Proxy,
        FaultKind.TlsFailed => fault.Transport.Error == TransportError.Certificate ? ExitCode.Certificate : ExitCode.TlsHandshake,
        FaultKind.TimedOut => ExitCode.TimedOut,
        FaultKind.ClosedBeforeResponse => ExitCode.EmptyReply,
        FaultKind.TruncatedBody => ExitCode.PartialBody,
        FaultKind.TruncatedHead or FaultKind.ConnectionReset => ExitCode.CannotReceive,
        FaultKind.MalformedCoding or FaultKind.TruncatedCoding or FaultKind.TooManyCodings or FaultKind.DecodingRatioTooHigh => ExitCode.BadCoding,
        FaultKind.BodyTooLarge or FaultKind.DecodedBodyTooLarge => ExitCode.TooLarge,
        FaultKind.None => CodeOf(error),
        _ => ExitCode.BadResponse,
    };

    /// <summary>Returns a text without control characters and line ends, since it may contain data of a server.</summary>
    public static string Line(string text)
    {
        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            line.Append(char.IsControl(c) ? ' ' : c);
        }

        return line.ToString().TrimEnd();
    }

    private static ExitCode CodeOf(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => ExitCode.CannotResolve,
        HttpRequestError.ConnectionError => ExitCode.CannotConnect,
        HttpRequestError.SecureConnectionError => ExitCode.TlsHandshake,
        HttpRequestError.ProxyTunnelError => ExitCode.Proxy,
        HttpRequestError.InvalidResponse => ExitCode.BadResponse,
        HttpRequestError.ResponseEnded => ExitCode.CannotReceive,
        HttpRequestError.ConfigurationLimitExceeded => ExitCode.TooLarge,
        _ => ExitCode.Other,
    };

    private static Failure OfDownload(DownloadException error) => new(
        error.Failure switch
        {
            DownloadFailure.Interrupted or DownloadFailure.WrongLength => ExitCode.PartialBody,
            DownloadFailure.WrongDigest or DownloadFailure.UnexpectedRange => ExitCode.BadResponse,
            DownloadFailure.NoContent => ExitCode.HttpStatus,
            _ => ExitCode.CannotWrite,
        },
        Line(error.Message));
}
