using System.Net.Http;
using System.Net.Security;

namespace PollHttp.Servers.Tests;

/// <summary>Alone, because the process keeps one session for each host name, and other servers here have the same.</summary>
[Collection(Alone.Name)]
public sealed class TlsSessionTests(NginxServer nginx) : IClassFixture<NginxServer>
{
    /// <summary>The second connection takes up the session of the first where the platform's handler does; never where it may not.</summary>
    [ServerTheory("nginx")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_sessions_are_taken_up_again_as_by_the_platform(bool allowed)
    {
        await nginx.StartAsync();
        string platform = await SecondHandshakeAsync(new SocketsHttpHandler { SslOptions = Options(), PooledConnectionLifetime = TimeSpan.Zero });
        string ours = await SecondHandshakeAsync(new PollHttpHandler { SslOptions = Options(), PooledConnectionLifetime = TimeSpan.Zero });
        Assert.Equal(platform, ours);
        Assert.Equal(allowed ? "r" : ".", ours);

        SslClientAuthenticationOptions Options()
        {
            SslClientAuthenticationOptions options = nginx.Certificates.Trusting();
            options.AllowTlsResume = allowed;
            return options;
        }
    }

    private async Task<string> SecondHandshakeAsync(HttpMessageHandler handler)
    {
        using HttpClient client = new(handler);
        await client.GetStringAsync($"{nginx.TlsOrigin}/who");
        string second = await client.GetStringAsync($"{nginx.TlsOrigin}/who");
        return second.Split(' ')[^1];
    }
}
