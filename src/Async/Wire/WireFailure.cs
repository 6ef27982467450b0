namespace PollHttp.Wire;

/// <summary>What is shown of an error: its text where it was made of a fault, and so has no header value and no query; of others
/// the type alone, since what they say is not known.</summary>
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
