using System.Net;

namespace PollHttp.Servers.Tests;

/// <summary>Through real proxies to nginx.</summary>
public sealed class ForwardProxyTests(NginxServer nginx, SquidProxy squid, TinyproxyProxy tinyproxy, MicrosocksProxy microsocks)
    : IClassFixture<NginxServer>, IClassFixture<SquidProxy>, IClassFixture<TinyproxyProxy>, IClassFixture<MicrosocksProxy>
{
    [ServerFact("squid")]
    public async Task Squid_is_answered_with_Basic_for_http_and_for_a_tunnel()
    {
        await squid.StartAsync();
        await AssertServesAsync($"http://127.0.0.1:{squid.Port}");
    }

    [ServerFact("squid")]
    public async Task A_wrong_password_for_squid_is_the_response_for_http_and_an_exception_for_a_tunnel()
    {
        await nginx.StartAsync();
        await squid.StartAsync();
        await using PollHttpClient client = Through($"http://127.0.0.1:{squid.Port}", "wrong");
        using Response response = await client.GetAsync($"{nginx.Origin}/digits.txt");
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
        PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync($"{nginx.TlsOrigin}/digits.txt"));
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, error.StatusCode);
    }

    [ServerFact("tinyproxy")]
    public async Task Tinyproxy_is_answered_with_Basic_for_http_and_for_a_tunnel()
    {
        await tinyproxy.StartAsync();
        await AssertServesAsync($"http://127.0.0.1:{tinyproxy.Port}");
    }

    [ServerTheory("microsocks")]
    [InlineData("socks5")]
    [InlineData("socks5h")]
    public async Task Microsocks_connects_whoever_knows_the_password(string scheme)
    {
        await microsocks.StartAsync();
        await AssertServesAsync($"{scheme}://127.0.0.1:{microsocks.Port}");
    }

    [ServerFact("microsocks")]
    public async Task A_wrong_password_for_microsocks_is_told()
    {
        await nginx.StartAsync();
        await microsocks.StartAsync();
        await using PollHttpClient client = Through($"socks5://127.0.0.1:{microsocks.Port}", "wrong");
        PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync($"{nginx.Origin}/digits.txt"));
        Assert.Equal(HttpRequestError.ProxyTunnelError, error.HttpRequestError);
    }

    private async Task AssertServesAsync(string proxy)
    {
        await nginx.StartAsync();
        await using PollHttpClient client = Through(proxy, "secret");
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(nginx.Digits, await client.GetByteArrayAsync($"{nginx.Origin}/digits.txt"));
            Assert.Equal(nginx.Digits, await client.GetByteArrayAsync($"https://127.0.0.1:{nginx.TlsPort}/digits.txt"));
        }
    }

    private PollHttpClient Through(string proxy, string password) => new(new PollHttpClientOptions
    {
        SslOptions = nginx.Certificates.Trusting(),
        Proxy = new WebProxy(proxy) { Credentials = new NetworkCredential("user", password) },
    });
}
