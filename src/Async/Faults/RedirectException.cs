namespace PollHttp;

/// <summary>Thrown when a redirect is not followed. Contains the response of the redirect.</summary>
public sealed class RedirectException : PollHttpException
{
    internal RedirectException(RedirectFailure failure, string message, Exception? inner, Response response)
        : base(HttpRequestError.Unknown, message, inner, default)
    {
        Failure = failure;
        Response = response;
    }

    /// <summary>Gets the reason.</summary>
    public RedirectFailure Failure { get; }

    /// <summary>Gets the last response. Dispose it if you do not read its body.</summary>
    public Response Response { get; }
}
