using PollHttp.Authentication;
using Authorization = PollHttp.Authentication.Authorization;

namespace PollHttp.Proxies;

/// <summary>Answers the challenges of one proxy with the credentials that were found for it.</summary>
internal static class ProxyAnswer
{
    /// <summary>Returns the next answer, or null where there is none but what was refused.</summary>
    /// <param name="challenges">What the proxy offers.</param>
    /// <param name="proxy">Who asks.</param>
    /// <param name="credentials">For it alone.</param>
    /// <param name="before">What was answered before, and refused; null for nothing.</param>
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
        Authorization? answer = CredentialChoice.Answer(challenges, credentials, address, transport: null, out _); // as the platform does, not bound to TLS
        return answer is null ? null : new() { Answer = answer, HasBeenStale = isStale };
    }
}
