using PollHttp.Authentication;
using Authorization = PollHttp.Authentication.Authorization;

namespace PollHttp.Proxies;

/// <summary>Answers the challenges of one proxy with its credentials.</summary>
internal static class ProxyAnswer
{
    /// <summary>Returns the next answer, or null if there is none except the refused one.</summary>
    /// <param name="challenges">The challenges of the proxy.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="credentials">The credentials for this proxy only.</param>
    /// <param name="before">The previous answer, which was refused; null for none.</param>
    public static AuthenticationState? To(List<Challenge> challenges, ProxySpec proxy, ProxyCredentials credentials, AuthenticationState? before)
    {
        if (before?.Answer is NegotiateAuthorization dialogue)
        {
            return dialogue.Continue(challenges.Find(c => c.Is(dialogue.Scheme))?.Token) ? before : null;
        }

        bool isStale = before is { HasBeenStale: false, Answer.MayBeStale: true }
            && challenges.Exists(static c => c.Is(DigestSession.Scheme) && DigestSession.IsStale(c));
        if (before is not null && !isStale)
        {
            return null;
        }

        Uri address = new UriBuilder("http", proxy.Host, proxy.Port).Uri;
        Authorization? answer = CredentialChoice.Answer(challenges, credentials, address, transport: null, out _); // not bound to TLS, as on the platform
        return answer is null ? null : new() { Answer = answer, HasBeenStale = isStale };
    }
}
