namespace PollHttp.Faults;

/// <summary>
/// Converts our exceptions to those that SocketsHttpHandler throws: <see cref="HttpRequestException"/>, <see cref="HttpIOException"/> and
/// <see cref="TaskCanceledException"/> themselves, since code checks for exact types, and the <see cref="InvalidDataException"/> of its
/// decoders. Our exception, with the fault, is the inner exception.
/// </summary>
internal static class PlatformErrors
{
    /// <summary>Returns the exception to throw from the handler; unchanged if it is not one of ours.</summary>
    public static Exception Of(Exception error) => error switch
    {
        RequestTimeoutException timeout => OfTimeout(timeout),
        PollHttpException request => new HttpRequestException(request.HttpRequestError, request.Message, InnerOf(request), request.StatusCode),
        PollHttpIOException { Fault.Kind: FaultKind.MalformedField or FaultKind.BareLineFeed or FaultKind.TrailersTooLarge } trailers =>
            new HttpRequestException(
                trailers.HttpRequestError,
                trailers.Text,
                new PollHttpException(trailers.HttpRequestError, trailers.Text, null, trailers.Fault)),
        PollHttpIOException { Fault.Kind: FaultKind.MalformedCoding } coded => new InvalidDataException(coded.Text, coded),
        PollHttpIOException { Fault.Kind: FaultKind.TruncatedCoding } coded => new HttpIOException(HttpRequestError.ResponseEnded, coded.Text, coded),
        PollHttpIOException { InnerException: HttpProtocolException protocol } => protocol,
        PollHttpIOException body => new HttpIOException(body.HttpRequestError, body.Text, body),
        _ => error,
    };

    /// <summary>Adds what ClientWebSocket looks for in the exception of an extended CONNECT, to go on in HTTP/1.1 where it may.</summary>
    public static void NoteTunnel(Exception outcome)
    {
        if (outcome is not HttpRequestException { HttpRequestError: var kind })
        {
            return;
        }

        if (kind is HttpRequestError.VersionNegotiationError or HttpRequestError.SecureConnectionError)
        {
            outcome.Data["HTTP2_ENABLED"] = false;
        }
        else if (kind == HttpRequestError.ExtendedConnectNotSupported)
        {
            outcome.Data["SETTINGS_ENABLE_CONNECT_PROTOCOL"] = false;
        }
    }

    /// <summary>Determines whether <see cref="Of"/> converts an exception.</summary>
    public static bool IsOurs(Exception error) => error is RequestTimeoutException or PollHttpException or PollHttpIOException;

    private static TaskCanceledException OfTimeout(RequestTimeoutException timeout)
    {
        TaskCanceledException canceled = new(timeout.Message, new TimeoutException(timeout.Message, timeout));
        if (timeout.IsOfConnecting)
        {
            canceled.Source = RequestTimeoutException.PlatformSource;
        }

        return canceled;
    }

    /// <summary>
    /// Returns our exception as the inner exception, unless its own inner exception says as much: an exception of user code is used
    /// directly, as with the platform, and so is the exception of an I/O error that has the fault itself.
    /// </summary>
    private static Exception? InnerOf(PollHttpException request) => request switch
    {
        { Fault.Exists: false } => request.InnerException,
        { InnerException: PollHttpIOException or HttpProtocolException } => request.InnerException,
        { Fault: { Kind: FaultKind.ConnectFailed, Attempts: null }, InnerException: not null } => request.InnerException,
        _ => request,
    };
}
