using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>What is asked of a TLS server and what is accepted of it (RFC 9525, RFC 7301), against SslStream.</summary>
public sealed class TlsConnectionTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly RemoteCertificateValidationCallback s_acceptAny = (_, _, _, _) => true;

    [Theory, Trait("rule", "R-243"), Trait("fault", "F-13")]
    [InlineData(null, true)]
    [InlineData("http/1.1", true)]
    [InlineData("h2", false)]
    public void The_protocol_a_server_chooses_must_be_HTTP_1(string? chosen, bool isOpen)
    {
        using Server server = new(new SslServerAuthenticationOptions
        {
            ServerCertificate = TlsServer.Certificate("localhost"),
            ApplicationProtocols = chosen is null ? null : [new SslApplicationProtocol(chosen)],
        });
        using PollConnection connection = server.Open("localhost", new()
        {
            RemoteCertificateValidationCallback = s_acceptAny,
            ApplicationProtocols = chosen == "h2" ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : null,
        });
        Assert.Equal(isOpen, connection.IsOpen);
        if (isOpen)
        {
            Assert.Equal("ok", ConnectDriver.Get(server.Network, connection));
            Assert.Equal(chosen ?? "", connection.Tls!.ApplicationProtocol.ToString());
        }
        else
        {
            Assert.Equal(FaultKind.TlsFailed, connection.Fault.Kind);
            Assert.Contains("chose the protocol h2", connection.Fault.Describe());
        }
    }

    [Fact, Trait("rule", "R-243")]
    public void A_server_that_speaks_none_of_the_protocols_offered_fails_the_handshake()
    {
        using Server server = new(new SslServerAuthenticationOptions
        {
            ServerCertificate = TlsServer.Certificate("localhost"),
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        });
        using PollConnection connection = server.Open("localhost", new() { RemoteCertificateValidationCallback = s_acceptAny });
        Assert.Equal(FaultKind.TlsFailed, connection.Fault.Kind);
    }

    [Theory, Trait("rule", "R-241"), Trait("rule", "R-153")]
    [InlineData("localhost", "localhost")]
    [InlineData("localhost.", "localhost")]
    [InlineData("127.0.0.1", "")]
    public void The_name_of_the_host_is_sent_and_that_of_an_address_is_not(string host, string sent)
    {
        using Server server = new(new SslServerAuthenticationOptions { ServerCertificate = TlsServer.Certificate("localhost") });
        using PollConnection connection = server.Open(host, new() { RemoteCertificateValidationCallback = s_acceptAny });
        Assert.True(connection.IsOpen, connection.Fault.Describe());
        server.Join();
        Assert.Equal(sent, server.NameAskedFor);
    }

    [Theory, Trait("rule", "R-241"), Trait("fault", "F-12")]
    [InlineData(true)]
    [InlineData(false)]
    public void An_address_must_be_named_as_an_address(bool hasAddress)
    {
        using X509Certificate2 certificate = CertificateOf("127.0.0.1", hasAddress ? IPAddress.Loopback : null);
        using Server server = new(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        using PollConnection connection = server.Open("127.0.0.1", Trusting(certificate));
        Assert.Equal(hasAddress, connection.IsOpen);
        if (!hasAddress)
        {
            Assert.Equal(TransportError.Certificate, connection.Fault.Transport.Error);
            Assert.Contains("the name does not match (certificate is for 127.0.0.1)", connection.Fault.Describe());
        }
    }

    [Theory, Trait("rule", "R-240"), Trait("past", "C-74"), Trait("past", "C-71"), Trait("past", "C-60")]
    [InlineData("a.localhost.test", "*.localhost.test", true)]
    [InlineData("a.b.localhost.test", "*.localhost.test", false)]
    [InlineData("localhost.test", "*.localhost.test", false)]
    [InlineData("localhost.test", "other.test", false)]
    public void Names_match_by_the_alternative_names_with_a_wildcard_for_one_label(string host, string name, bool matches)
    {
        using X509Certificate2 certificate = CertificateOf(name, null, commonName: host);
        using Server server = new(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        using PollConnection connection = server.Open(host, Trusting(certificate));
        Assert.Equal(matches, connection.IsOpen);
        Assert.True(matches || connection.Fault.Describe().Contains("the name does not match", StringComparison.Ordinal));
    }

    [Fact, Trait("rule", "R-240"), Trait("fault", "F-12"), Trait("past", "C-74")]
    public void A_common_name_is_no_name()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(
            new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        using Server server = new(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        using PollConnection connection = server.Open("localhost", Trusting(certificate));
        Assert.Equal(TransportError.Certificate, connection.Fault.Transport.Error);
    }

    [Fact, Trait("ask", "A-11")]
    public void What_was_agreed_on_can_be_read()
    {
        using X509Certificate2 certificate = TlsServer.Certificate("localhost");
        using Server server = new(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls12 });
        using PollConnection connection = server.Open("localhost", Trusting(certificate));
        Assert.Equal(SslProtocols.Tls12, connection.Tls!.Protocol);
        Assert.StartsWith("TLS_ECDHE_ECDSA_WITH_", connection.Tls.CipherSuite.ToString());
        Assert.Equal(certificate.GetCertHash(), connection.Tls.RemoteCertificate!.GetCertHash());
        Assert.False(connection.Tls.IsMutuallyAuthenticated);
        Assert.Equal(server.EndPoint, connection.RemoteEndPoint);
        Assert.Equal(server.EndPoint, connection.Transport!.RemoteEndPoint);
    }

    [Fact, Trait("rule", "R-249")]
    public void A_server_of_TLS_1_1_is_refused()
    {
        using Server server = new(new SslServerAuthenticationOptions
        {
            ServerCertificate = TlsServer.Certificate("localhost"),
#pragma warning disable SYSLIB0039, CA5397 // the point of the test
            EnabledSslProtocols = SslProtocols.Tls11,
#pragma warning restore SYSLIB0039, CA5397
        });
        using PollConnection connection = server.Open("localhost", new() { RemoteCertificateValidationCallback = s_acceptAny });
        Assert.Equal(FaultKind.TlsFailed, connection.Fault.Kind);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void A_client_certificate_is_sent_where_it_is_asked_for(SslProtocols protocol)
    {
        using X509Certificate2 mine = TlsServer.Certificate("client.test");
        byte[]? seen = null;
        using Server server = new(new SslServerAuthenticationOptions
        {
            ServerCertificate = TlsServer.Certificate("localhost"),
            EnabledSslProtocols = protocol,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                seen = certificate?.GetCertHash();
                return true;
            },
        });
        using PollConnection connection = server.Open("localhost", new()
        {
            RemoteCertificateValidationCallback = s_acceptAny,
            ClientCertificateContext = SslStreamCertificateContext.Create(mine, null, offline: true),
        });
        Assert.Equal("ok", ConnectDriver.Get(server.Network, connection));
        Assert.True(connection.Tls!.IsMutuallyAuthenticated);
        Assert.Equal(mine.GetCertHash(), seen);
    }

    [Fact, Trait("rule", "R-229"), Trait("past", "C-14"), Trait("past", "C-57")]
    public void TLS_goes_through_TLS_to_an_HTTPS_proxy_each_verified_by_its_own_name()
    {
        using X509Certificate2 proxyCertificate = TlsServer.Certificate("proxy.test");
        using X509Certificate2 originCertificate = TlsServer.Certificate("origin.test");
        string? head = null;
        using TlsServer server = new(
            (_, outer) =>
            {
                head = ConnectionTests.ReadHead(outer);
                outer.Write("HTTP/1.1 200 OK\r\n\r\n"u8);
                using SslStream inner = new(outer, leaveInnerStreamOpen: true);
                inner.AuthenticateAsServer(originCertificate);
                ConnectionTests.ReadHead(inner);
                inner.Write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8);
                inner.ReadByte();
            },
            proxyCertificate);
        FixedResolverNetwork network = new(TestNetwork.Make(OperatingSystem.IsLinux()), IPAddress.Loopback);
        ProxySpec proxy = new() { Scheme = ProxyScheme.Https, Host = "proxy.test", Port = server.Port, Tls = Trusting(proxyCertificate) };
        using (PollConnection connection = ConnectDriver.Open(
            network, new() { Host = "origin.test", Port = 443, Proxy = proxy, Tls = Trusting(originCertificate) }))
        {
            Assert.True(connection.IsOpen, connection.Fault.Describe());
            Assert.Equal("ok", ConnectDriver.Get(network, connection));
            Assert.Equal(originCertificate.GetCertHash(), connection.Tls!.RemoteCertificate!.GetCertHash());
        }

        Assert.Equal("CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\n\r\n", head);
    }

    [Theory, Trait("fault", "F-09"), Trait("rule", "R-244")]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void A_handshake_cut_at_any_byte_is_a_handshake_failure(SslProtocols protocol)
    {
        byte[] handshake = RecordHandshake(protocol);
        for (int length = 0; length <= handshake.Length; length++)
        {
            TransportFailure failure = Replay(handshake.AsMemory(0, length), protocol);
            Assert.Equal(TransportError.TlsHandshake, failure.Error);
        }
    }

    [Theory, Trait("past", "C-61"), Trait("past", "C-80")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_handshake_and_its_damaged_certificate_are_a_failure_like_any_other(int seed)
    {
        // Below 1.3, where the certificate is read before anything is verified or decrypted.
        byte[] handshake = RecordHandshake(SslProtocols.Tls12);
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = [.. handshake];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            TransportFailure failure = Replay(damaged, SslProtocols.Tls12);
            Assert.True(failure.Error is TransportError.TlsHandshake or TransportError.Certificate, $"round {round}: {failure.Error}");
        }
    }

    /// <summary>What a server says in a handshake.</summary>
    private static byte[] RecordHandshake(SslProtocols protocol)
    {
        RecordingTransport? recording = null;
        using (TlsServer server = new((_, _) => { }))
        {
            SslClientAuthenticationOptions options = TlsServer.Trusting;
            options.EnabledSslProtocols = protocol;
            (_, Pump pump) = server.Connect(options, decorate: inner => recording = new RecordingTransport(inner));
            using (pump)
            {
                Assert.Equal(TransportStatus.Open, pump.Open());
            }
        }

        return [.. recording!.Read];
    }

    /// <summary>A handshake with a server that says this and ends: it has to fail, without an exception.</summary>
    private static TransportFailure Replay(ReadOnlyMemory<byte> said, SslProtocols protocol)
    {
        SslClientAuthenticationOptions options = TlsServer.Trusting;
        options.EnabledSslProtocols = protocol;
        SocketNetwork network = TestNetwork.Make(OperatingSystem.IsLinux());
        using ITransport transport = network.WrapTls(new ReplayTransport(said), options, null);
        TransportStatus status = TransportStatus.Opening;
        for (int polls = 0; polls < 10_000 && status == TransportStatus.Opening; polls++)
        {
            status = transport.Poll();
        }

        Assert.Equal(TransportStatus.Failed, status);
        return transport.Failure;
    }

    [Fact]
    public void No_certificate_is_downloaded_while_polling()
    {
        using Socket issuerSite = TestNetwork.Listen(); // takes connections and never answers
        using X509Certificate2 certificate = CertificateOfAnAbsentIssuer(((IPEndPoint)issuerSite.LocalEndPoint!).Port);
        using Server server = new(WithoutIssuer(certificate));
        using PollConnection connection = server.Open("localhost", new());
        Assert.Equal(TransportError.Certificate, connection.Fault.Transport.Error);
        Assert.Contains("the server may have left out an intermediate certificate", connection.Fault.Describe());
        Assert.False(issuerSite.Poll(0, SelectMode.SelectRead), "The issuer's site was asked.");
    }

    [Fact]
    public void On_the_thread_pool_the_issuers_site_is_asked()
    {
        using Socket issuerSite = TestNetwork.Listen();
        using X509Certificate2 certificate = CertificateOfAnAbsentIssuer(((IPEndPoint)issuerSite.LocalEndPoint!).Port);
        Thread site = new(() =>
        {
            using Socket asked = issuerSite.Accept();
            ConnectionTests.ReadHead(new NetworkStream(asked));
            asked.Send("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8);
        })
        { IsBackground = true };
        site.Start();
        using Server server = new(WithoutIssuer(certificate), handshakeOnPool: true);
        using PollConnection connection = server.Open("localhost", new());
        Assert.Equal(TransportError.Certificate, connection.Fault.Transport.Error);
        Assert.True(site.Join(Pump.Guard));
    }

    [Fact]
    public void A_handshake_on_the_thread_pool_gives_the_same_connection()
    {
        bool? onPool = null;
        using Server server = new(
            new SslServerAuthenticationOptions { ServerCertificate = TlsServer.Certificate("localhost") }, handshakeOnPool: true);
        using PollConnection connection = server.Open("localhost", new()
        {
            RemoteCertificateValidationCallback = (_, _, _, _) =>
            {
                onPool = Thread.CurrentThread.IsThreadPoolThread;
                return true;
            },
        });
        Assert.Equal("ok", ConnectDriver.Get(server.Network, connection));
        Assert.True(onPool);
    }

    [Fact]
    public void A_handshake_on_the_thread_pool_may_be_given_up_at_any_step()
    {
        for (int steps = 0; steps < 8; steps++)
        {
            using TlsServer server = new((_, ssl) => ssl.ReadByte());
            SocketNetwork network = TestNetwork.Make(OperatingSystem.IsLinux(), handshakeOnPool: true);
            using IPoller poller = network.CreatePoller();
            PollConnection connection = new(
                network, new() { Host = "127.0.0.1", Port = server.Port, Tls = TlsServer.Trusting }, null, poller);
            for (int i = 0; i <= steps; i++)
            {
                connection.Poll();
            }

            connection.Dispose();
            Assert.Equal(ConnectPhase.Closed, connection.Phase);
        }
    }

    private static SslServerAuthenticationOptions WithoutIssuer(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
    };

    private static X509Certificate2 CertificateOfAnAbsentIssuer(int port)
    {
        using ECDsa issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest issuerRequest = new("CN=absent issuer", issuerKey, HashAlgorithmName.SHA256);
        issuerRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset from = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset until = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 issuer = issuerRequest.CreateSelfSigned(from, until);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [$"http://127.0.0.1:{port}/issuer.cer"]));
        using X509Certificate2 bare = request.Create(issuer, from, until, [1, 2, 3, 4]);
        return X509CertificateLoader.LoadPkcs12(bare.CopyWithPrivateKey(key).Export(X509ContentType.Pfx), null);
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2 certificate)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(certificate);
        return new() { CertificateChainPolicy = policy };
    }

    private static X509Certificate2 CertificateOf(string name, IPAddress? address, string? commonName = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={commonName ?? name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (address is not null)
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(
            new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Answers one request over TLS, where the handshake gets that far.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TlsServer _server;

        public Server(SslServerAuthenticationOptions options, bool handshakeOnPool = false)
        {
            _server = new(socket =>
            {
                using SslStream ssl = new(new NetworkStream(socket));
                ssl.AuthenticateAsServer(options);
                NameAskedFor = ssl.TargetHostName;
                ConnectionTests.ReadHead(ssl);
                ssl.Write(System.Text.Encoding.ASCII.GetBytes(Ok));
                ssl.ReadByte();
            });
            Network = new(TestNetwork.Make(OperatingSystem.IsLinux(), handshakeOnPool), IPAddress.Loopback);
        }

        public FixedResolverNetwork Network { get; }

        public IPEndPoint EndPoint => new(IPAddress.Loopback, _server.Port);

        public string? NameAskedFor { get; private set; }

        private PollConnection? _connection;

        public PollConnection Open(string host, SslClientAuthenticationOptions tls) =>
            _connection = ConnectDriver.Open(Network, new() { Host = host, Port = _server.Port, Tls = tls });

        public void Join()
        {
            _connection?.Dispose();
            _server.Join();
        }

        public void Dispose()
        {
            Join();
            _server.Dispose();
        }
    }
}
