namespace PollHttp.Faults;

/// <summary>
/// Makes of our exceptions those that SocketsHttpHandler throws: <see cref="HttpRequestException"/>, <see cref="HttpIOException"/> and
/// <see cref="TaskCanceledException"/> themselves, since code asks for exact types, and the <see cref="InvalidDataException"/> of its decoders.
/// Ours, with the fault, is inside.
/// </summary>
internal static class PlatformErrors
{
    /// <summary>Gets the exception to throw from the handler; the same one where it is none of ours.</summary>
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

    /// <summary>Gets a value indicating whether <see cref="Of"/> makes another exception of it.</summary>
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
    /// Ours, unless it says no more than what is inside it: what code of the user's threw is directly inside, as with the platform, and so
    /// is the exception of an I/O error that has the fault itself.
    /// </summary>
    private static Exception? InnerOf(PollHttpException request) => request switch
    {
        { Fault.Exists: false } => request.InnerException,
        { InnerException: PollHttpIOException or HttpProtocolException } => request.InnerException,
        { Fault: { Kind: FaultKind.ConnectFailed, Attempts: null }, InnerException: not null } => request.InnerException,
        _ => request,
    };
}
