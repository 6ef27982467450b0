using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography;

namespace PollHttp.Parity;

/// <summary>NTLM, made by the runtime's own implementation, and scripted servers that read it.</summary>
public sealed class NtlmTests
{
    private static readonly NetworkCredential s_user = new("user", "word", "domain");

    private static SslServerAuthenticationOptions Tls => new() { ServerCertificate = Certificates.Localhost };

    private static SslClientAuthenticationOptions Trusting => new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true };

    /// <summary>The binding to a server with that certificate (RFC 5929 §4, MS-NLMP 2.2.2.1).</summary>
    private static string BindingOfLocalhost
    {
        get
        {
            byte[] data = [.. "tls-server-end-point:"u8, .. SHA256.HashData(Certificates.Localhost.RawData)];
            byte[] length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
            return Convert.ToHexString(MD5.HashData([.. new byte[16], .. length, .. data]));
        }
    }

    [Theory]
    [Trait("parity", "P-048")]
    [Trait("parity", "P-175")]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_dialogue_is_bound_to_the_TLS_connection_that_carries_it(bool isTls) => Compare.RunAsync(async (subject, seen) =>
    {
        NtlmScript ntlm = new(isProxy: false);
        await using RawServer server = new(ntlm.ServeAsync, isTls ? Tls : null);
        HttpClient client = subject.Client(("SslOptions", Trusting), ("Credentials", s_user));
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("told", string.Join(", ", ntlm.Told));
        AssertBound(isTls, ntlm);
    });

    [Theory]
    [Trait("parity", "P-051")]
    [Trait("parity", "P-175")]
    [InlineData("http://far.example/", true)]
    [InlineData("http://far.example/", false)]
    [InlineData("https://far.example/", true)]
    [InlineData("https://far.example/", false)]
    public Task A_dialogue_with_a_proxy_is_bound_to_nothing(string address, bool isTls) => Compare.RunAsync(async (subject, seen) =>
    {
        NtlmScript ntlm = new(isProxy: true);
        await using RawServer server = new(ntlm.ServeAsync, isTls ? Tls : null);
        WebProxy proxy = new(server.Origin) { Credentials = s_user };
        HttpClient client = subject.Client(("SslOptions", Trusting), ("Proxy", proxy));
        await seen.TryAsync("error", async () => seen.Note("body", await client.GetStringAsync(address)));
        seen.Note("told", string.Join(", ", ntlm.Told));
        AssertBound(isBound: false, ntlm);
    });

    [Theory]
    [Trait("parity", "P-049")]
    [Trait("parity", "P-164")]
    [InlineData("http://far.example/", "NTLM")]
    [InlineData("https://far.example/", "NTLM")]
    [InlineData("http://far.example/", "Basic")]
    [InlineData("https://far.example/", "Negotiate")]
    public Task A_cache_that_knows_a_proxy_under_one_scheme(string address, string scheme) => Compare.RunAsync(async (subject, seen) =>
    {
        NtlmScript ntlm = new(isProxy: true);
        await using RawServer server = new(ntlm.ServeAsync);
        CredentialCache cache = new() { { new Uri(server.Origin), scheme, s_user } };
        HttpClient client = subject.Client(("Proxy", new WebProxy(server.Origin) { Credentials = cache }));
        await seen.TryAsync("error", async () => seen.Note("body", await client.GetStringAsync(address)));
        seen.Note("told", string.Join(", ", ntlm.Told));
    });

    [Theory]
    [Trait("parity", "P-049")]
    [Trait("parity", "P-166")]
    [InlineData("NTLM", true)]
    [InlineData("NTLM", false)]
    [InlineData("Negotiate", true)]
    [InlineData("Basic realm=\"r\"", true)]
    [InlineData("Basic realm=\"r\"", false)]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", true)]
    public Task The_credentials_of_the_process_are_not_given_away_to_a_proxy(string challenge, bool isOfProxy) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying($"HTTP/1.1 407 Who\r\nProxy-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n");
        WebProxy proxy = new(server.Origin) { Credentials = isOfProxy ? CredentialCache.DefaultCredentials : null };
        HttpClient client = subject.Client(
            ("Proxy", proxy), ("DefaultProxyCredentials", isOfProxy ? null : CredentialCache.DefaultCredentials));
        using HttpResponseMessage response = await client.GetAsync("http://far.example/");
        seen.Note("status", (int)response.StatusCode);
        seen.Note("told", string.Join(", ", server.Requests.Select(static r => r.Field("Proxy-Authorization")?.Split(' ')[0])));
    });

    private static void AssertBound(bool isBound, NtlmScript ntlm)
    {
        Assert.NotEmpty(ntlm.Told);
        Assert.Equal(isBound ? BindingOfLocalhost : new string('0', 32), ntlm.Binding.PadLeft(32, '0'));
    }
}
