namespace PollHttp.Core;

/// <summary>
/// Represents an authenticator whose answers may take several rounds: an exchange of tokens (Negotiate, NTLM: RFC 4559), or a second
/// attempt with a new nonce. It is called again after every further 407, until it returns null or has been called eight times.
/// </summary>
/// <remarks>Each instance is used by one connection only.</remarks>
public interface IProxyDialogue : IProxyAuthenticator
{
    /// <summary>
    /// Prepares the answer to the challenges of a 407, so that <see cref="IProxyAuthenticator.Authorize"/> need not wait.
    /// </summary>
    /// <param name="proxy">The proxy that refused.</param>
    /// <param name="target">The host and port that the tunnel leads to.</param>
    /// <param name="challenges">The values of Proxy-Authenticate.</param>
    /// <returns>
    /// True if the answer is ready; by default always. False while it is being prepared elsewhere: the connection pauses and calls this
    /// method again in each poll, so an implementation that returns false must wake the poller when it is done.
    /// </returns>
    bool Prepare(ProxySpec proxy, string target, IReadOnlyList<string> challenges) => true;
}
