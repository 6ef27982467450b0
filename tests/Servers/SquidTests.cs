using System.Net;

namespace PollHttp.Servers.Tests;

/// <summary>Through Squid, with nginx behind it.</summary>
public sealed class SquidTests(SquidProxy squid, NginxServer nginx) : IClassFixture<SquidProxy>, IClassFixture<NginxServer>
{
    [ServerFact("squid")]
    public async Task Plain_and_tls_requests_go_through_with_credentials()
    {
        await squid.StartAsync();
        await nginx.StartAsync();
        await ProxyWays.FetchesPlainAndTlsAsync(squid.Origin, nginx);
    }

    [ServerFact("squid")]
    public async Task Without_credentials_a_tunnel_is_refused_with_the_proxy_named()
    {
        await squid.StartAsync();
        await nginx.StartAsync();
        await ProxyWays.RefusesATunnelWithoutCredentialsAsync(squid.Origin, nginx);
    }

    [ServerFact("squid")]
    public async Task Without_credentials_a_plain_request_gets_the_407_of_the_proxy()
    {
        await squid.StartAsync();
        await nginx.StartAsync();
        await using PollHttpClient client = ProxyWays.Through(squid.Origin, nginx, credentials: null);
        using Response response = await client.GetAsync($"{nginx.Origin}/digits.txt");
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
    }
}
