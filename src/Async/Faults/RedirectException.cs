namespace PollHttp;

/// <summary>A redirect was not followed. Carries the response that asks for it.</summary>
public sealed class RedirectException : PollHttpException
{
    internal RedirectException(RedirectFailure failure, string message, Exception? inner, Response response)
        : base(HttpRequestError.Unknown, message, inner, default)
    {
        Failure = failure;
        Response = response;
    }

    /// <summary>Why.</summary>
    public RedirectFailure Failure { get; }

    /// <summary>Gets the last response. Dispose it when its body is not read.</summary>
    public Response Response { get; }
}
