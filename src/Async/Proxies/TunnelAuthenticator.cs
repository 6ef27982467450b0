namespace PollHttp;

/// <summary>Answers the challenges to a CONNECT with the credential of its proxy; keeps nothing, so it can serve every proxy.</summary>
internal sealed class TunnelAuthenticator : IProxyAuthenticator
{
    public static readonly TunnelAuthenticator Instance = new();

    public string? Authorize(ProxySpec proxy, string target, IReadOnlyList<string> challenges) =>
        challenges.Count == 0 || proxy.UserName is null
            ? null
            : ProxyAnswer.To(ChallengeParser.Parse(challenges), proxy)?.Authorize("CONNECT", target);
}
