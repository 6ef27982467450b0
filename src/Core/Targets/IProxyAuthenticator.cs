namespace PollHttp.Core;

/// <summary>
/// Decides what <c>Proxy-Authorization</c> a CONNECT carries (RFC 9110 §11.7). Synchronous and without I/O. May be asked by
/// several connections at the same time.
/// </summary>
public interface IProxyAuthenticator
{
    /// <summary>Returns the value of <c>Proxy-Authorization</c>, or null for none.</summary>
    /// <param name="proxy">The proxy that is asked; credentials for it must go to no other.</param>
    /// <param name="target">The <c>host:port</c> that stands in the request line of the CONNECT.</param>
    /// <param name="challenges">
    /// Empty before the first CONNECT: a value is then sent unasked. After a 407 the values of its <c>Proxy-Authenticate</c> fields,
    /// in order: null then means that the 407 stands.
    /// </param>
    string? Authorize(ProxySpec proxy, string target, IReadOnlyList<string> challenges);
}
