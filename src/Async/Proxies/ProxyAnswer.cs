namespace PollHttp;

/// <summary>Answers the challenges of one proxy with the credential that was found for it.</summary>
internal static class ProxyAnswer
{
    /// <summary>The next answer, or null where there is none but what was refused.</summary>
    /// <param name="challenges">What the proxy offers.</param>
    /// <param name="proxy">Whose credential is used, for it alone.</param>
    /// <param name="before">What was answered before, and refused; null for nothing.</param>
    public static AuthenticationState? To(List<Challenge> challenges, ProxySpec proxy, AuthenticationState? before)
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
        Authorization? answer = CredentialChoice.Answer(challenges, CredentialOf(proxy), address, allowsBinding: true, out _);
        return answer is null ? null : new() { Answer = answer, HasBeenStale = isStale };
    }

    private static NetworkCredential CredentialOf(ProxySpec proxy)
    {
        string user = proxy.UserName!;
        int backslash = user.IndexOf('\\', StringComparison.Ordinal);
        return backslash < 0 ? new(user, proxy.Password) : new(user[(backslash + 1)..], proxy.Password, user[..backslash]);
    }
}
