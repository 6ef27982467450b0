using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>Any difference that decides who is at the other end, or as whom we speak to it, means another connection.</summary>
public class PoolKeyTests
{
    private static readonly X509Certificate2 s_certificate = MakeCertificate();
    private static readonly RemoteCertificateValidationCallback s_trusting = static (_, _, _, _) => true;

    /// <summary>Each makes a request of one kind; no two may share a connection.</summary>
    private static readonly (string Name, Func<Request> Make)[] s_kinds =
    [
        ("plain", () => Get("http://a.test/")),
        ("other port", () => Get("http://a.test:81/")),
        ("other host", () => Get("http://b.test/")),
        ("trailing dot", () => Get("http://a.test./")),
        ("tls", () => Get("https://a.test/")),
        ("tls on the plain port", () => Get("https://a.test:80/")),
        ("tls versions", () => WithTls(new() { EnabledSslProtocols = SslProtocols.Tls12 })),
        ("tls callback", () => WithTls(new() { RemoteCertificateValidationCallback = s_trusting })),
        ("tls name", () => WithTls(new() { TargetHost = "other.test" })),
        ("tls certificate", () => WithTls(new() { ClientCertificates = [s_certificate] })),
        ("tls revocation", () => WithTls(new() { CertificateRevocationCheckMode = X509RevocationMode.Online })),
        ("tls protocols", () => WithTls(new() { ApplicationProtocols = [SslApplicationProtocol.Http11] })),
        ("tls selection", () => WithTls(new() { LocalCertificateSelectionCallback = static (_, _, _, _, _) => s_certificate })),
        ("tls renegotiation", () => WithTls(new() { AllowRenegotiation = true })),
        .. OperatingSystem.IsLinux() ? [("tls paddings", () => WithTls(WithoutPkcs1()))] : Array.Empty<(string, Func<Request>)>(),
        ("tls resumption", () => WithTls(new() { AllowTlsResume = false })),
        ("proxy", () => Through("http://p.test:1")),
        ("proxy port", () => Through("http://p.test:2")),
        ("proxy host", () => Through("http://q.test:1")),
        ("proxy scheme", () => Through("socks5://p.test:1")),
        ("proxy user", () => Through("http://u:w@p.test:1")),
        ("proxy password", () => Through("http://u:x@p.test:1")),
        ("end point", () => At(new UnixDomainSocketEndPoint("/run/a.sock"))),
        ("other end point", () => At(new UnixDomainSocketEndPoint("/run/b.sock"))),
        ("address", () => At(new IPEndPoint(IPAddress.Loopback, 80))),
        ("proxy and tls", () => Through("http://p.test:1", "https://a.test/")),
    ];

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, s_kinds.Length)];

    [Theory]
    [Trait("rule", "R-121")]
    [Trait("past", "C-12")]
    [Trait("past", "C-13")]
    [Trait("past", "C-38")]
    [Trait("past", "C-57")]
    [MemberData(nameof(Kinds))]
    public void Requests_share_a_pool_with_their_like_and_with_nothing_else(int kind)
    {
        using World world = new();
        OriginPool own = PoolOf(world, s_kinds[kind].Make());
        for (int other = 0; other < s_kinds.Length; other++)
        {
            OriginPool pool = PoolOf(world, s_kinds[other].Make());
            Assert.True(ReferenceEquals(own, pool) == (kind == other), $"'{s_kinds[kind].Name}' against '{s_kinds[other].Name}'");
        }
    }

    [Fact]
    [Trait("rule", "R-121")]
    public void The_same_origin_written_otherwise_is_the_same()
    {
        using World world = new();
        Assert.Same(PoolOf(world, Get("http://a.test/")), PoolOf(world, Get("HTTP://A.TEST:80/other?q#f")));
        Assert.Same(PoolOf(world, Get("http://bücher.test/")), PoolOf(world, Get("http://xn--bcher-kva.test/")));
        Assert.Same(PoolOf(world, Get("http://[::1]/")), PoolOf(world, Get("http://[0:0::1]/")));
    }

    [Fact]
    [Trait("past", "C-38")]
    [Trait("ask", "A-07")]
    public void Settings_changed_after_a_request_make_the_next_one_another()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200), 443);
        SslClientAuthenticationOptions tls = new() { RemoteCertificateValidationCallback = s_trusting };
        world.Run(world.Client.SendAsync(WithTls(tls))).Dispose();
        world.Run(world.Client.SendAsync(WithTls(tls))).Dispose();
        tls.RemoteCertificateValidationCallback = null;
        world.Run(world.Client.SendAsync(WithTls(tls))).Dispose();
        Assert.Equal([1, 1, 2], server.Requests.Select(r => r.ConnectionNumber));
    }

    [Fact]
    [Trait("rule", "R-165")]
    [Trait("ask", "A-07")]
    public void Settings_of_a_request_do_not_go_along_to_another_origin()
    {
        using World world = new();
        world.Serve("a.test", _ => World.RedirectTo("https://b.test/"), 443);
        world.Serve("b.test", _ => World.Reply(200), 443);
        OriginPool clients = PoolOf(world, Get("https://b.test/"));
        world.Run(world.Client.SendAsync(WithTls(new() { ClientCertificates = [s_certificate] }))).Dispose();
        Assert.Equal(1, clients.IdleCount);
    }

    [Fact]
    [Trait("rule", "R-121")]
    public void Connections_authenticated_as_different_people_are_different()
    {
        ConnectionIdentity[] people =
            [new(new("u", "p")), new(new("u", "q")), new(new("v", "p")), new(new("u", "p", "domain")), new(CredentialCache.DefaultNetworkCredentials)];
        Assert.Equal(people.Length, people.Distinct().Count());
        Assert.Equal(new(new NetworkCredential("u", "p")), people[0]);
        Assert.Equal(new PoolKey(false, "a", 80) { Identity = people[0] }, new PoolKey(false, "a", 80) { Identity = new(new("u", "p")) });
    }

    [Fact]
    [Trait("rule", "R-200")]
    public void The_text_of_a_key_has_no_secret()
    {
        using World world = new();
        PoolKey key = PoolOf(world, Through("http://user:s3cret-word@p.test:1")).Key with { Identity = new(new("user", "s3cret-word")) };
        Assert.DoesNotContain("s3cret", key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", $"{key.Identity}{key.Proxy}", StringComparison.Ordinal);
    }

    private static OriginPool PoolOf(World world, Request request)
    {
        Exchange exchange = world.Client.MakeExchange(request.Method, request.Uri, null, null, false, default, request.Options);
        return world.Client.Engine.GetRoute(exchange).Origin;
    }

    private static SslClientAuthenticationOptions WithoutPkcs1()
    {
        SslClientAuthenticationOptions tls = new();
        if (OperatingSystem.IsLinux())
        {
            tls.AllowRsaPkcs1Padding = false;
        }

        return tls;
    }

    private static Request At(EndPoint endPoint) => new("GET", "http://a.test/") { Options = new() { EndPoint = endPoint } };

    private static Request Get(string address) => new("GET", address);

    private static Request WithTls(SslClientAuthenticationOptions tls) => new("GET", "https://a.test/") { Options = new() { SslOptions = tls } };

    private static Request Through(string proxy, string address = "http://a.test/") =>
        new("GET", address) { Options = new() { Proxy = new FixedProxy(new(proxy)) } };

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private sealed class FixedProxy(Uri address) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri GetProxy(Uri destination) => address;

        public bool IsBypassed(Uri host) => false;
    }
}
