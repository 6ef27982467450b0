namespace PollHttp;

/// <summary>Answers the challenges of one proxy with the credential that was found for it.</summary>
internal static class ProxyAnswer
{
    public static Authorization? To(List<Challenge> challenges, ProxySpec proxy) => CredentialChoice.Answer(
        challenges, new NetworkCredential(proxy.UserName, proxy.Password), new UriBuilder("http", proxy.Host, proxy.Port).Uri, allowsBinding: false, out _);
}
