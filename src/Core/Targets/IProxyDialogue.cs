namespace PollHttp.Core;

/// <summary>
/// An authenticator of one connection, whose answers may take several turns: a dialogue of tokens (Negotiate, NTLM: RFC 4559), or a
/// nonce that was too old. Asked again after every further 407, until it returns null or has been asked eight times.
/// </summary>
/// <remarks>Made for one connection and used by it alone.</remarks>
public interface IProxyDialogue : IProxyAuthenticator
{
    /// <summary>
    /// Prepares the answer to the challenges of a 407, so that <see cref="IProxyAuthenticator.Authorize"/> need not wait for anything.
    /// </summary>
    /// <param name="proxy">The proxy that refused.</param>
    /// <param name="target">Host and port that the tunnel is to lead to.</param>
    /// <param name="challenges">The values of Proxy-Authenticate.</param>
    /// <returns>
    /// True when the answer can be asked for; by default always. False while it is being found elsewhere: the connection stands still
    /// and calls this again in each poll, so an implementation that returns false must wake the poller when it is done.
    /// </returns>
    bool Prepare(ProxySpec proxy, string target, IReadOnlyList<string> challenges) => true;
}
