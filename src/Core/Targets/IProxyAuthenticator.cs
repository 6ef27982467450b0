namespace PollHttp.Core;

/// <summary>
/// Decides which <c>Proxy-Authorization</c> a CONNECT carries (RFC 9110 §11.7). It must be synchronous and without I/O. Thread safety:
/// several connections may call it at the same time.
/// </summary>
public interface IProxyAuthenticator
{
    /// <summary>Returns the value of <c>Proxy-Authorization</c>, or null for none.</summary>
    /// <param name="proxy">The proxy; its credentials must not be sent to any other.</param>
    /// <param name="target">The <c>host:port</c> in the request line of the CONNECT.</param>
    /// <param name="challenges"> Empty before the first CONNECT: a returned value is then sent without a challenge. After a 407, the values
    /// of its <c>Proxy-Authenticate</c> fields, in order; returning null then means that the 407 is final. </param>
    string? Authorize(ProxySpec proxy, string target, IReadOnlyList<string> challenges);
}
