namespace PollHttp.Authentication;

/// <summary>Chooses the strongest challenge for which there is a credential.</summary>
internal static class CredentialChoice
{
    /// <summary>Returns an answer to one of the challenges, or null.</summary>
    /// <param name="challenges">What the server offers.</param>
    /// <param name="credentials">The credentials, which are asked by scheme, the strongest first.</param>
    /// <param name="address">The address that needs the credentials.</param>
    /// <param name="transport">The TLS connection of the challenges; null without TLS.</param>
    /// <param name="credential">The credential that was used.</param>
    public static Authorization? Answer(
        List<Challenge> challenges, ICredentials credentials, Uri address, TransportContext? transport, out NetworkCredential? credential)
    {
        credential = null;
        foreach (Challenge challenge in challenges.Where(static c => StrengthOf(c) > 0).OrderByDescending(StrengthOf))
        {
            string scheme = CanonicalScheme(challenge);
            credential = credentials.GetCredential(address, scheme);
            if (credential is not null && !IsAmbientForOthers(credential, challenge) && Answer(challenge, scheme, credential, address, transport) is { } answer)
            {
                return answer;
            }
        }

        credential = null;
        return null;
    }

    /// <summary>Determines whether a challenge is of a kind that authenticates the connection (RFC 4559).</summary>
    public static bool Binds(Challenge challenge) => challenge.Is("Negotiate") || challenge.Is("NTLM");

    /// <summary>
    /// Determines whether an answer to these challenges may block: for Negotiate the platform may ask a domain controller over the network
    /// (RFC 4559).
    /// </summary>
    public static bool MayWait(IReadOnlyList<string> lines) => lines.Count > 0 && ChallengeParser.Parse(lines).Exists(Binds);

    private static Authorization? Answer(Challenge challenge, string scheme, NetworkCredential credential, Uri address, TransportContext? transport)
    {
        string user = credential.Domain.Length == 0 ? credential.UserName : $"{credential.Domain}\\{credential.UserName}";
        return scheme switch
        {
            BasicCredentials.Scheme => new BasicAuthorization(user, credential.Password),
            DigestSession.Scheme => new DigestAuthorization(DigestSession.Create(challenge, credential.UserName, credential.Password)), // it does not support domains
            _ => NegotiateAuthorization.Begin(scheme, address.IdnHost, credential, transport),
        };
    }

    /// <summary>
    /// Determines whether the credential is that of the process and the challenge would reveal it. It is used only for schemes that do not
    /// reveal the credential.
    /// </summary>
    private static bool IsAmbientForOthers(NetworkCredential credential, Challenge challenge) =>
        ReferenceEquals(credential, CredentialCache.DefaultNetworkCredentials) && !Binds(challenge);

    private static string CanonicalScheme(Challenge challenge) =>
        challenge.Is("Negotiate") ? "Negotiate" : challenge.Is("NTLM") ? "NTLM" : challenge.Is(DigestSession.Scheme) ? DigestSession.Scheme : BasicCredentials.Scheme;

    private static int StrengthOf(Challenge challenge)
    {
        if (Binds(challenge))
        {
            return challenge.Is("Negotiate") ? 200 : 100;
        }

        return DigestSession.StrengthOf(challenge) is > 0 and int strength ? 10 + strength : challenge.Is(BasicCredentials.Scheme) ? 1 : 0;
    }
}
