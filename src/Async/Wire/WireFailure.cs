namespace PollHttp.Wire;

/// <summary>
/// Formats an error for display: its text if it was made from a fault, which has no header value and no query; for others only the type,
/// since their text may contain anything.
/// </summary>
internal static class WireFailure
{
    public static string Describe(Exception error) => error switch
    {
        PollHttpException { Fault.Exists: true } or PollHttpIOException { Fault.Exists: true } or RequestTimeoutException => error.Message,
        OperationCanceledException => "Canceled.",
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } e => $"{e.GetType().FullName} ({e.HttpRequestError}).",
        _ => $"{error.GetType().FullName}.",
    };
}
