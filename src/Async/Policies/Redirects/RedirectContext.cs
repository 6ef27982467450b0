using PollHttp.Addresses;

namespace PollHttp;

/// <summary>A redirect that a policy is asked about.</summary>
public sealed class RedirectContext
{
    internal RedirectContext(Uri from, Uri to, HttpStatusCode statusCode, string method, int redirects)
    {
        From = from;
        To = to;
        StatusCode = statusCode;
        Method = method;
        Redirects = redirects;
    }

    /// <summary>Where the redirect came from.</summary>
    public Uri From { get; }

    /// <summary>Where it leads.</summary>
    public Uri To { get; }

    /// <summary>Its status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Gets the method of the request that would follow.</summary>
    public string Method { get; }

    /// <summary>Redirects followed before this one.</summary>
    public int Redirects { get; }

    /// <summary>Gets a value indicating whether scheme, host or port changes: fields with secrets are dropped then.</summary>
    public bool IsCrossOrigin => !RequestUri.IsSameOrigin(From, To);

    /// <summary>Gets a value indicating whether it leads from https to http.</summary>
    public bool IsDowngrade => From.Scheme == Uri.UriSchemeHttps && To.Scheme == Uri.UriSchemeHttp;
}
