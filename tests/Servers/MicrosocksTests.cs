namespace PollHttp.Servers.Tests;

/// <summary>Through microsocks (SOCKS5), with nginx behind it.</summary>
public sealed class MicrosocksTests(MicrosocksProxy microsocks, NginxServer nginx) : IClassFixture<MicrosocksProxy>, IClassFixture<NginxServer>
{
    [ServerFact("microsocks")]
    public async Task Plain_and_tls_requests_go_through_with_credentials()
    {
        await microsocks.StartAsync();
        await nginx.StartAsync();
        await ProxyWays.FetchesPlainAndTlsAsync($"socks5://127.0.0.1:{microsocks.Port}", nginx);
    }

    [ServerFact("microsocks")]
    public async Task Without_credentials_the_connection_is_refused_with_the_proxy_named()
    {
        await microsocks.StartAsync();
        await nginx.StartAsync();
        await ProxyWays.RefusesATunnelWithoutCredentialsAsync($"socks5://127.0.0.1:{microsocks.Port}", nginx);
    }
}
