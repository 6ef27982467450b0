namespace PollHttp.Servers.Tests;

/// <summary>Through tinyproxy, with nginx behind it.</summary>
public sealed class TinyproxyTests(TinyproxyProxy tinyproxy, NginxServer nginx) : IClassFixture<TinyproxyProxy>, IClassFixture<NginxServer>
{
    [ServerFact("tinyproxy")]
    public async Task Plain_and_tls_requests_go_through_with_credentials()
    {
        await tinyproxy.StartAsync();
        await nginx.StartAsync();
        await ProxyWays.FetchesPlainAndTlsAsync(tinyproxy.Origin, nginx);
    }

    [ServerFact("tinyproxy")]
    public async Task Without_credentials_a_tunnel_is_refused_with_the_proxy_named()
    {
        await tinyproxy.StartAsync();
        await nginx.StartAsync();
        await ProxyWays.RefusesATunnelWithoutCredentialsAsync(tinyproxy.Origin, nginx);
    }
}
