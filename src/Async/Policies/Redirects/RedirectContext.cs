using PollHttp.Addresses;

namespace PollHttp;

/// <summary>Describes a redirect to a policy.</summary>
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

    /// <summary>Gets the address that the redirect came from.</summary>
    public Uri From { get; }

    /// <summary>Gets the address that it leads to.</summary>
    public Uri To { get; }

    /// <summary>Gets its status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Gets the method of the request that would follow.</summary>
    public string Method { get; }

    /// <summary>Gets the number of redirects followed before this one.</summary>
    public int Redirects { get; }

    /// <summary>Gets a value indicating whether scheme, host or port changes; then fields with secrets are dropped.</summary>
    public bool IsCrossOrigin => !RequestUri.IsSameOrigin(From, To);

    /// <summary>Gets a value indicating whether the redirect leads from https to http.</summary>
    public bool IsDowngrade => From.Scheme == Uri.UriSchemeHttps && To.Scheme == Uri.UriSchemeHttp;
}
