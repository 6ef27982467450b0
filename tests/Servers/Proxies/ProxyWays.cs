using System.Net;

namespace PollHttp.Servers.Tests;

/// <summary>What is asked of every proxy: the same through it as without it, and nothing without its credentials.</summary>
internal static class ProxyWays
{
    public static async Task FetchesPlainAndTlsAsync(string proxy, NginxServer nginx)
    {
        await using PollHttpClient client = Through(proxy, nginx, new NetworkCredential("user", "secret"));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(nginx.Digits, await client.GetByteArrayAsync($"{nginx.Origin}/digits.txt"));
            Assert.Equal(nginx.Digits, await client.GetByteArrayAsync($"{nginx.TlsOrigin}/digits.txt"));
        }
    }

    public static async Task RefusesATunnelWithoutCredentialsAsync(string proxy, NginxServer nginx)
    {
        await using PollHttpClient client = Through(proxy, nginx, credentials: null);
        PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync($"{nginx.TlsOrigin}/digits.txt"));
        Assert.Equal(System.Net.Http.HttpRequestError.ProxyTunnelError, error.HttpRequestError);
        Assert.Contains(new Uri(proxy).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    public static PollHttpClient Through(string proxy, NginxServer nginx, ICredentials? credentials) => new(new PollHttpClientOptions
    {
        Proxy = new WebProxy(proxy) { Credentials = credentials },
        SslOptions = nginx.Certificates.Trusting(),
    });
}
