using System.Net.Security;

namespace PollHttp.Parity;

public sealed class SocksTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    /// <summary>A SOCKS server that grants everything, notes what it was asked, and is the origin itself.</summary>
    private static RawServer Granting(Observation seen, bool wantsUser, SslServerAuthenticationOptions? tls, byte reply5 = 0, byte reply4 = 90) => new(async connection =>
    {
        byte[] start = await connection.TakeAsync(2);
        if (start[0] == 4)
        {
            byte[] rest = await connection.TakeAsync(6);
            bool isName = rest[2] == 0 && rest[3] == 0 && rest[4] == 0 && rest[5] != 0; // the last byte may be any but 0
            string user = await connection.TakeStringAsync();
            string host = isName ? await connection.TakeStringAsync() : string.Join(".", rest[2..]);
            seen.Note("asked", $"4 {start[1]} {rest[0] * 256 + rest[1]} {host} '{user}'");

            await connection.WriteAsync(new byte[] { 0, reply4, 0, 0, 0, 0, 0, 0 });
        }
        else
        {
            byte[] methods = await connection.TakeAsync(start[1]);
            seen.Note("asked", $"5 with methods {string.Join(" ", methods)}");
            byte method = (byte)(wantsUser ? 2 : 0);
            await connection.WriteAsync(new byte[] { 5, methods.Contains(method) ? method : (byte)255 });
            if (!methods.Contains(method))
            {
                await connection.WaitForEndAsync();
                return;
            }

            if (wantsUser)
            {
                byte[] head = await connection.TakeAsync(2);
                string name = Encoding.UTF8.GetString(await connection.TakeAsync(head[1]));
                byte[] length = await connection.TakeAsync(1);
                seen.Note("asked", $"as {name} {Encoding.UTF8.GetString(await connection.TakeAsync(length[0]))}");
                await connection.WriteAsync(new byte[] { 1, 0 });
            }

            byte[] command = await connection.TakeAsync(4);
            string asked = command[3] switch
            {
                1 => "IPv4 " + string.Join(".", await connection.TakeAsync(4)),
                4 => "IPv6 " + new IPAddress(await connection.TakeAsync(16)),
                _ => "name " + Encoding.ASCII.GetString(await connection.TakeAsync((await connection.TakeAsync(1))[0])),
            };
            byte[] port = await connection.TakeAsync(2);
            seen.Note("asked", $"{command[1]} {asked} {port[0] * 256 + port[1]}");
            await connection.WriteAsync(new byte[] { 5, reply5, 0, 1, 0, 0, 0, 0, 0, 0 });
        }

        if (tls is not null)
        {
            await connection.SecureAsync(tls);
        }

        while (await connection.ReadRequestAsync() is not null)
        {
            await connection.WriteAsync(Ok);
        }
    });

    [Theory]
    [Trait("parity", "P-055")]
    [InlineData("socks5", "http://far.example:81/path?q", "")]
    [InlineData("socks5", "http://localhost/", "")]
    [InlineData("socks5", "http://127.0.0.9/", "")]
    [InlineData("socks5", "http://[::1]:82/", "")]
    [InlineData("socks5", "http://far.example/", "user")]
    [InlineData("socks5", "https://far.example/", "")]
    [InlineData("socks4a", "http://far.example:81/path", "")]
    [InlineData("socks4a", "http://127.0.0.9/", "")]
    [InlineData("socks4a", "https://far.example/", "")]
    [InlineData("socks4", "http://localhost:81/", "")]
    [InlineData("socks4", "http://127.0.0.9/", "")]
    public Task SOCKS_proxies(string scheme, string address, string user) => Compare.RunAsync(async (subject, seen) =>
    {
        bool secure = address.StartsWith("https", StringComparison.Ordinal);
        await using RawServer server = Granting(seen, user.Length > 0, secure ? new() { ServerCertificate = Certificates.Localhost } : null);
        WebProxy proxy = new($"{scheme}://127.0.0.1:{server.Port}") { Credentials = user.Length == 0 ? null : new NetworkCredential(user, "secret") };
        HttpClient client = subject.Client(
            ("Proxy", proxy), ("SslOptions", new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true }));
        for (int i = 0; i < 2; i++)
        {
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await client.GetAsync(address);
                seen.Note(response, server);
                seen.Note("body", await response.Content.ReadAsStringAsync());
            });
        }

        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-055")]
    [Trait("rule", "R-233")]
    [InlineData("socks5", 1, 90)]
    [InlineData("socks5", 5, 90)]
    [InlineData("socks5", 99, 90)]
    [InlineData("socks4a", 0, 91)]
    [InlineData("socks4a", 0, 93)]
    public Task SOCKS_proxies_that_refuse(string scheme, byte reply5, byte reply4) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Granting(seen, wantsUser: false, tls: null, reply5, reply4);
        HttpClient client = subject.Client(("Proxy", new WebProxy($"{scheme}://127.0.0.1:{server.Port}")));
        await seen.TryAsync("error", () => client.GetAsync("http://far.example/"));
    });

    [Fact]
    [Trait("parity", "P-055")]
    public Task A_SOCKS_proxy_that_wants_a_user_there_is_none_of() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Granting(seen, wantsUser: true, tls: null);
        HttpClient client = subject.Client(("Proxy", new WebProxy($"socks5://127.0.0.1:{server.Port}")));
        await seen.TryAsync("error", () => client.GetAsync("http://far.example/"));
    });
}
