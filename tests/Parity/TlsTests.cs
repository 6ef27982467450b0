using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Parity;

public sealed class TlsTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private const string OkAndClose = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";

    private static readonly Difference ApplicationProtocols = new("application protocols of TLS", "handshakes");

    private static SslServerAuthenticationOptions Server(Action<SslServerAuthenticationOptions>? change = null)
    {
        SslServerAuthenticationOptions options = new() { ServerCertificate = Certificates.Localhost };
        change?.Invoke(options);
        return options;
    }

    private static SslClientAuthenticationOptions Trusting(Action<SslClientAuthenticationOptions>? change = null)
    {
        SslClientAuthenticationOptions options = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        change?.Invoke(options);
        return options;
    }

    /// <summary>A GET, with what the server saw of the handshake.</summary>
    private static Task HandshakeAsync(
        Func<SslClientAuthenticationOptions> client,
        Action<SslServerAuthenticationOptions, Observation>? server = null,
        Difference? known = null,
        string reply = Ok,
        int requests = 1,
        Action<HttpRequestMessage>? change = null) => Compare.RunAsync(
        async (subject, seen) =>
        {
            SslServerAuthenticationOptions tls = Server();
            server?.Invoke(tls, seen);
            await using RawServer raw = RawServer.Replying(tls, reply);
            HttpClient http = subject.Client(("SslOptions", client()));
            for (int i = 0; i < requests; i++)
            {
                await seen.TryAsync("error", async () =>
                {
                    using HttpRequestMessage request = new(HttpMethod.Get, raw.Uri());
                    change?.Invoke(request);
                    using HttpResponseMessage response = await http.SendAsync(request);
                    seen.Note("body", await response.Content.ReadAsStringAsync());
                    seen.Note("handshakes", string.Join("\n", raw.Handshakes)); // of one that fails, a server knows more or less
                });
            }

            seen.Note("received", raw.Received);
        },
        known);

    [Fact]
    [Trait("parity", "P-173")]
    [Trait("rule", "R-239")]
    public Task A_certificate_that_nobody_trusts() => HandshakeAsync(static () => new());

    [Theory]
    [Trait("parity", "P-173")]
    [InlineData("localhost")]
    [InlineData("elsewhere.example")]
    public Task A_callback_hears_what_is_wrong(string name) => Compare.RunAsync(async (subject, seen) =>
    {
        using X509Certificate2 certificate = Certificates.Make(name, Certificates.ServerAuthentication);
        await using RawServer server = RawServer.Replying(Server(o => o.ServerCertificate = certificate), Ok);
        RemoteCertificateValidationCallback callback = (sender, presented, chain, errors) =>
        {
            seen.Note("sender", sender.GetType().Name);
            seen.Note("certificate", presented?.Subject);
            seen.Note("chain", $"{chain?.ChainElements.Count} {string.Join(" ", chain?.ChainStatus.Select(static s => s.Status) ?? [])}");
            seen.Note("errors", errors);
            return true;
        };
        HttpClient client = subject.Client(("SslOptions", Trusting(o => o.RemoteCertificateValidationCallback = callback)));
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("body", await client.GetStringAsync(server.Uri()));
    });

    [Fact]
    [Trait("parity", "P-071")]
    [Trait("parity", "P-172")]
    public Task A_callback_that_refuses() =>
        HandshakeAsync(static () => Trusting(static o => o.RemoteCertificateValidationCallback = static (_, _, _, _) => false));

    [Fact]
    [Trait("parity", "P-071")]
    [Trait("parity", "P-172")]
    public Task A_callback_that_throws() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Server(), Ok);
        HttpClient client = subject.Client((
            "SslOptions", Trusting(static o => o.RemoteCertificateValidationCallback = static (_, _, _, _) => throw new InvalidTimeZoneException("mine"))));
        try
        {
            await client.GetStringAsync(server.Uri());
        }
        catch (HttpRequestException error)
        {
            seen.Note("kind", error.HttpRequestError);
            seen.Note("base", error.GetBaseException());
        }
    });

    [Fact]
    [Trait("parity", "P-172")]
    public Task No_callback_without_TLS() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client((
            "SslOptions", Trusting(static o => o.RemoteCertificateValidationCallback = static (_, _, _, _) => throw new InvalidTimeZoneException("mine"))));
        await Compare.GetAsync(client, server, seen);
    });

    [Theory]
    [Trait("parity", "P-173")]
    [Trait("parity", "P-073")]
    [InlineData(SslProtocols.None, SslProtocols.Tls12)]
    [InlineData(SslProtocols.None, SslProtocols.Tls13)]
    [InlineData(SslProtocols.None, SslProtocols.None)]
    [InlineData(SslProtocols.Tls12, SslProtocols.None)]
    [InlineData(SslProtocols.Tls13, SslProtocols.None)]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, SslProtocols.Tls12)]
    public Task Protocols(SslProtocols client, SslProtocols server) => HandshakeAsync(
        () => Trusting(o => o.EnabledSslProtocols = client), (o, _) => o.EnabledSslProtocols = server);

    [Theory]
    [Trait("parity", "P-173")]
    [InlineData(SslProtocols.Tls12, SslProtocols.Tls13)]
    [InlineData(SslProtocols.Tls13, SslProtocols.Tls12)]
    public Task No_protocol_in_common(SslProtocols client, SslProtocols server) => HandshakeAsync(
        () => Trusting(o => o.EnabledSslProtocols = client), (o, _) => o.EnabledSslProtocols = server);

    [Theory]
    [Trait("parity", "P-074")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower, "http/1.1")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower, "h2 http/1.1")]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionOrLower, "http/1.1")]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower, "http/1.1")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionExact, "h2 http/1.1")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower, "")]
    public Task Application_protocols(string version, HttpVersionPolicy policy, string offered) => HandshakeAsync(
        static () => Trusting(),
        (o, _) => o.ApplicationProtocols = offered.Length == 0 ? null : [.. offered.Split(' ').Select(static p => new SslApplicationProtocol(p))],
        version == "2.0" || offered.Length == 0 ? null : ApplicationProtocols,
        change: request =>
        {
            request.Version = Version.Parse(version);
            request.VersionPolicy = policy;
        });

    [Fact]
    [Trait("parity", "P-074")]
    public Task Application_protocols_of_the_caller() => HandshakeAsync(
        static () => Trusting(static o => o.ApplicationProtocols = [new("h2"), new("own"), new("http/1.1")]),
        static (o, _) => o.ApplicationProtocols = [new("h2"), new("own"), new("http/1.1")],
        ApplicationProtocols);

    private static SslServerAuthenticationOptions AskingForCertificate(SslServerAuthenticationOptions options)
    {
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = static (_, _, _, _) => true; // none is as good as any
        return options;
    }

    [Theory]
    [Trait("parity", "P-072")]
    [Trait("parity", "P-174")]
    [InlineData(Certificates.ClientAuthentication, X509KeyUsageFlags.DigitalSignature)]
    [InlineData("", X509KeyUsageFlags.DigitalSignature)]
    [InlineData(Certificates.ServerAuthentication, X509KeyUsageFlags.DigitalSignature)]
    [InlineData(Certificates.ClientAuthentication, X509KeyUsageFlags.KeyEncipherment)]
    public async Task Client_certificates(string usage, X509KeyUsageFlags keyUsage)
    {
        using X509Certificate2 certificate = Certificates.Make("client", usage, keyUsage);
        await HandshakeAsync(
            () => Trusting(o => o.ClientCertificates = [certificate]), static (o, _) => AskingForCertificate(o), reply: OkAndClose, requests: 2);
    }

    [Theory]
    [Trait("parity", "P-072")]
    [Trait("rule", "R-245")]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls13, false)]
    public async Task A_server_that_asks_for_a_certificate_after_the_request(SslProtocols protocol, bool isAllowed)
    {
        using X509Certificate2 certificate = Certificates.Make("client", Certificates.ClientAuthentication);
        await Compare.RunAsync(async (subject, seen) =>
        {
            SslServerAuthenticationOptions tls = AskingForCertificate(Server(o => o.EnabledSslProtocols = protocol));
            tls.ClientCertificateRequired = false;
            tls.AllowTlsResume = false; // a session that is resumed has its certificate
            await using RawServer server = new(
                static async connection =>
                {
                    while (await connection.ReadRequestAsync() is not null)
                    {
                        SslStream secure = (SslStream)connection.Stream;
#pragma warning disable CA1416 // not on macOS, where these tests do not run
                        await secure.NegotiateClientCertificateAsync();
#pragma warning restore CA1416
                        string subject = secure.RemoteCertificate?.Subject ?? "nobody";
                        await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {subject.Length}\r\n\r\n{subject}");
                    }
                },
                tls);
            HttpClient client = subject.Client(("SslOptions", Trusting(o =>
            {
                o.ClientCertificates = [certificate];
                o.AllowRenegotiation = isAllowed;
            })));
            await seen.TryAsync("error", async () => seen.Note("body", await client.GetStringAsync(server.Uri())));
        }, isAllowed || protocol == SslProtocols.Tls13 ? null : new Difference("connections that break", "error"));
    }

    [Fact]
    [Trait("parity", "P-174")]
    public async Task A_client_certificate_without_its_key()
    {
        using X509Certificate2 full = Certificates.Make("client", Certificates.ClientAuthentication);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(full.RawData);
        await HandshakeAsync(() => Trusting(o => o.ClientCertificates = [bare]), static (o, _) => AskingForCertificate(o));
    }

    [Theory]
    [Trait("parity", "P-072")]
    [InlineData("context")]
    [InlineData("callback")]
    [InlineData("callback with null")]
    [InlineData("callback over certificates")]
    public async Task A_client_certificate_by_other_ways(string how)
    {
        using X509Certificate2 certificate = Certificates.Make("client", Certificates.ClientAuthentication);
        using X509Certificate2 other = Certificates.Make("other", Certificates.ClientAuthentication);
        await HandshakeAsync(
            () => Trusting(o =>
            {
                o.ClientCertificateContext = how == "context" ? SslStreamCertificateContext.Create(certificate, null, offline: true) : null;
                o.ClientCertificates = how == "callback over certificates" ? [other] : null;
                o.LocalCertificateSelectionCallback = how switch
                {
                    "context" => null,
                    "callback with null" => (_, _, _, _, _) => null!,
                    _ => (_, _, _, _, _) => certificate,
                };
            }),
            static (o, _) => AskingForCertificate(o),
            reply: OkAndClose,
            requests: 2);
    }

    [Fact]
    [Trait("parity", "P-072")]
    public Task What_a_selection_callback_is_told() => HandshakeAsync(
        static () => Trusting(static o => o.LocalCertificateSelectionCallback = static (_, host, certificates, _, _) =>
            host == "localhost" && certificates.Count == 0 ? null! : throw new InvalidTimeZoneException($"{host} {certificates.Count}")),
        static (o, _) => AskingForCertificate(o));

    [Theory]
    [Trait("parity", "P-070")]
    [InlineData("localhost", "")]
    [InlineData("localhost", "other.example")]
    [InlineData("127.0.0.1", "")]
    [InlineData("127.0.0.1", "other.example")]
    [InlineData("localhost.", "")]
    [InlineData("LOCALHOST", "")]
    public Task The_name_that_is_asked_for(string host, string target) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Server(), Ok);
        HttpClient client = subject.Client(("SslOptions", Trusting(o =>
        {
            o.TargetHost = target.Length == 0 ? null : target;
            o.RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                seen.Note("mismatch", errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
                return true;
            };
        })));
        await seen.TryAsync("error", async () => seen.Note("body", await client.GetStringAsync($"https://{host}:{server.Port}/")));
        seen.Note("handshakes", string.Join("\n", server.Handshakes));
        seen.Note("received", server.Received);
    }, target.Length == 0 ? null : new Difference("server names of TLS", "handshakes", "mismatch"));

    [Fact]
    [Trait("parity", "P-070")]
    [Trait("parity", "P-115")]
    [Trait("rule", "R-242")]
    public Task Host_set_by_hand_is_no_name_for_certificates() => HandshakeAsync(
        static () => Trusting(), known: new("server names of TLS", "handshakes"), change: static request => request.Headers.Host = "other.example");

    [Fact]
    [Trait("parity", "P-075")]
    public Task Options_changed_after_the_first_request_change_nothing() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Server(), OkAndClose);
        SslClientAuthenticationOptions options = Trusting();
        HttpClient client = subject.Client(("SslOptions", options));
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        options.RemoteCertificateValidationCallback = static (_, _, _, _) => false;
        options.TargetHost = "other.example";
        options.EnabledSslProtocols = SslProtocols.Tls12;
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("handshakes", string.Join("\n", server.Handshakes));
    });

    [Fact]
    [Trait("parity", "P-069")]
    public Task The_server_does_not_speak_TLS() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(static async connection =>
        {
            await connection.ReadSomeAsync();
            await connection.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
            connection.Close();
        });
        await seen.TryAsync("error", () => subject.Client().GetAsync($"https://127.0.0.1:{server.Port}/"));
    });

    [Fact]
    [Trait("parity", "P-069")]
    public Task The_server_closes_in_the_handshake() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(static async connection =>
        {
            await connection.ReadSomeAsync();
            connection.Close();
        });
        await seen.TryAsync("error", () => subject.Client().GetAsync($"https://127.0.0.1:{server.Port}/"));
    });

    [Theory]
    [Trait("parity", "P-175")]
    [InlineData(true)]
    [InlineData(false)]
    public Task The_context_that_contents_get(bool secure) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(secure ? Server() : null, Ok);
        HttpClient client = subject.Client(("SslOptions", Trusting()));
        using ContextNoting content = new(context =>
        {
            seen.Note("context", context is null ? "none" : "some");
            seen.Note("unique", context?.GetChannelBinding(System.Security.Authentication.ExtendedProtection.ChannelBindingKind.Endpoint)?.Size > 0);
        });
        using HttpResponseMessage response = await client.PostAsync(server.Uri(), content);
        seen.Note(response, server);
    });

    private sealed class ContextNoting(Action<TransportContext?> note) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            note(context);
            return stream.WriteAsync("content"u8.ToArray()).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 7;
            return true;
        }
    }
}
