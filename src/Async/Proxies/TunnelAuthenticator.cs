namespace PollHttp;

/// <summary>
/// Answers the challenges to the CONNECT of one connection with the credentials for its proxy: once, or as long as a dialogue takes, or
/// once more where only the nonce was old.
/// </summary>
internal sealed class TunnelAuthenticator(ProxyCredentials? credentials) : IProxyDialogue
{
    private AuthenticationState? _state;

    public string? Authorize(ProxySpec proxy, string target, IReadOnlyList<string> challenges)
    {
        if (challenges.Count == 0 || credentials is null)
        {
            return null;
        }

        _state = ProxyAnswer.To(ChallengeParser.Parse(challenges), proxy, credentials, _state);
        return _state?.Answer.Authorize("CONNECT", target);
    }
}
