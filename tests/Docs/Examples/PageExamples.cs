using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PollHttp.Core;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of the pages on lifetime, errors, proxies and TLS, and observability.</summary>
public sealed class PageExamples
{
    private readonly SimulatedNetwork _network = new();

    [Fact]
    public void Lifetime()
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text(new string('x', 200_000)));
        _network.Listen("api.example", 80, server);
        string items = "";
        PollLoop.Run(
            async loop =>
            {
                // example: lifetime-client
                using var client = new PollHttpClient(new PollHttpClientOptions
                {
                    Loop = loop,
                    PooledConnectionLifetime = TimeSpan.FromMinutes(5),   // look the name up again at least this often
                    MaxConnectionsPerServer = 100,
                });
                // end
                for (int i = 0; i < 3; i++)
                {
                    // example: lifetime
                    using (Response response = await client.GetAsync("http://api.example/items"))
                    {
                        if (response.StatusCode == HttpStatusCode.OK)
                        {
                            items = await response.ReadAsStringAsync();       // read to its end: the connection is free again here
                        }
                    }                                                         // and here in every case
                    // end
                }
            },
            _network);
        Assert.Equal(200_000, items.Length);
        Assert.Equal(1, _network.TotalDials);
    }

    [Theory]
    [InlineData("http://api.example/", "text", "")]
    [InlineData("http://api.example/404", null, "The server said 404.")]
    [InlineData("http://slow.example/", null, "Total after 00:01:40")]
    [InlineData("http://nowhere.example/", null, "Nothing was sent: ")]
    [InlineData("http://cut.example/", null, "TruncatedHead: ")]
    public void Errors(string address, string? text, string printed)
    {
        _network.Listen("api.example", 80, new ScriptedHttpServer(r => r.Target == "/404" ? ServerReply.Text("none", status: 404) : ServerReply.Text("text")));
        _network.Listen("slow.example", 80, new ScriptedHttpServer(new ServerReply("HTTP/1.1 204 No Content\r\n\r\n") { Delay = TimeSpan.FromHours(1) }));
        _network.Listen("cut.example", 80, new ScriptedHttpServer(new ServerReply("HTTP/1.1 200 O") { Then = AfterReply.End }));
        Lines Console = new();
        string? got = PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                return await GetAsync(client);
            },
            _network);
        Assert.Equal(text, got);
        Assert.StartsWith(printed, Console.Text, StringComparison.Ordinal);
        Assert.Equal(printed.Length > 0, Console.Text.Length > 0);

        async Task<string?> GetAsync(PollHttpClient client)
        {
            // example: errors
            try
            {
                return await client.GetStringAsync(address);
            }
            catch (RequestTimeoutException error)
            {
                Console.WriteLine($"{error.Timer} after {error.Limit}, in {error.Phase}");
            }
            catch (PollHttpException error) when (error.Fault.Kind is FaultKind.ResolveFailed or FaultKind.ConnectFailed)
            {
                Console.WriteLine($"Nothing was sent: {error.Message}");
            }
            catch (PollHttpException error)
            {
                Console.WriteLine($"{error.Fault.Kind}: {error.Message}");
            }
            catch (HttpRequestException error) when (error.StatusCode is { } status)
            {
                Console.WriteLine($"The server said {(int)status}.");
            }
            // end

            return null;
        }
    }

    [Fact]
    public void A_limit_for_the_whole()
    {
        string address = "http://trickle.example/";
        TimeProvider clock = _network.TimeProvider;
        _network.Listen("trickle.example", 80, new ScriptedHttpServer(
            new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + new string('x', 1000)) { DribbleSize = 1, DribbleDelay = TimeSpan.FromSeconds(1) }));
        long started = clock.GetTimestamp();
        Assert.ThrowsAny<OperationCanceledException>(() => PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop, new PollHttpClientOptions { Timeout = Timeout.InfiniteTimeSpan });
                // example: timeout-whole
                using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), clock);   // TimeProvider.System outside of tests
                using Response response = await client.GetAsync(address, limit.Token);
                byte[] report = await response.ReadAsByteArrayAsync(limit.Token);
                // end
            },
            _network));
        Assert.Equal(TimeSpan.FromMinutes(2), clock.GetElapsedTime(started));
    }

    [Fact]
    public void Proxies()
    {
        ScriptedHttpServer proxy = new(r => r.Header("Proxy-Authorization") is null
            ? "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"
            : ServerReply.Text("by proxy"));
        _network.Listen("proxy.example", 3128, proxy);
        _network.Listen("a.internal.example", 80, new ScriptedHttpServer(_ => ServerReply.Text("direct")));
        PollLoop.Run(
            async loop =>
            {
                // example: proxy
                using var client = new PollHttpClient(loop, new PollHttpClientOptions
                {
                    Proxy = new WebProxy("http://proxy.example:3128")                // or https://, socks4://, socks5://
                    {
                        Credentials = new NetworkCredential("me", "secret"),         // for this proxy only
                        BypassList = [@"\.internal\.example"],
                    },
                });
                // end
                Assert.Equal("by proxy", await client.GetStringAsync("http://api.example/"));
                Assert.Equal("direct", await client.GetStringAsync("http://a.internal.example/"));
            },
            _network);
        Assert.StartsWith("Basic ", proxy.Requests[^1].Header("Proxy-Authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tls()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=own", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, certificate.ExportCertificatePem());
            // example: tls
            var trusted = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
            trusted.CustomTrustStore.ImportFromPemFile(path);
            using var client = new PollHttpClient(new PollHttpClientOptions
            {
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trusted },
            });
            // end
            Assert.Equal(certificate.Thumbprint, Assert.Single(trusted.CustomTrustStore).Thumbprint);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Information_on_tls_and_the_filter_of_addresses()
    {
        string address = "https://api.example/";
        _network.AddHost("api.example", IPAddress.Parse("93.184.216.34"));
        _network.AddHost("inside.example", IPAddress.Parse("10.0.0.1"));
        _network.Listen(new IPEndPoint(IPAddress.Parse("93.184.216.34"), 443), new ScriptedHttpServer(_ => ServerReply.Text("fine")));
        Lines Console = new();
        PollLoop.Run(
            async loop =>
            {
                // example: connect-filter
                using var client = new PollHttpClient(loop, new PollHttpClientOptions
                {
                    ConnectFilter = static (_, endPoint) => AddressScopes.IsGlobal(endPoint.Address),
                });
                // end
                // example: tls-info
                using Response response = await client.GetAsync(address);
                Console.WriteLine($"{response.Connection.Tls?.Protocol}, {response.Connection.RemoteEndPoint}");
                // end
                PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => client.GetStringAsync("http://inside.example/"));
                Assert.Equal(FaultKind.ConnectFailed, error.Fault.Kind);
            },
            _network);
        Assert.Contains("93.184.216.34:443", Console.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Timings()
    {
        SimulatedNetwork network = new() { Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(30) } };
        network.Listen("api.example", 80, new ScriptedHttpServer(_ =>
            new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") { Delay = TimeSpan.FromMilliseconds(400) }));
        Lines Console = new();
        PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                // example: timings
                using Response response = await client.GetAsync("http://api.example/report");
                byte[] report = await response.ReadAsByteArrayAsync();
                ResponseTimings t = response.Timings;
                Console.WriteLine($"resolved {t.Resolved?.TotalMilliseconds:F0}, connected {t.Connected?.TotalMilliseconds:F0}, queued {t.Queued?.TotalMilliseconds:F0}, "
                    + $"sent {t.Sent?.TotalMilliseconds:F0}, first byte {t.FirstByte?.TotalMilliseconds:F0}, last byte {t.LastByte?.TotalMilliseconds:F0} ms");
                // end
            },
            network);
        Assert.Contains($"```\n{Console.Text}```", Repository.Read("docs/observability.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Client_log()
    {
        _network.Listen("api.example", 80, new ScriptedHttpServer(_ => ServerReply.Text("fine")));
        Names names = new();
        ILoggerFactory loggers = names;
        PollLoop.Run(
            async loop =>
            {
                // example: client-log
                using var client = new PollHttpClient(loop, new PollHttpClientOptions { LoggerFactory = loggers });
                // end
                await client.GetStringAsync("http://api.example/");
            },
            _network);
        Assert.Equal(["PollHttp.PollHttpClient"], names.Categories);
    }

    /// <summary>Stands in for the console, so that what an example prints can be compared with its page.</summary>
    private sealed class Lines
    {
        public string Text { get; private set; } = "";

        public void WriteLine(string line) => Text += line + "\n";
    }

    private sealed class Names : ILoggerFactory
    {
        public List<string> Categories { get; } = [];

        public ILogger CreateLogger(string categoryName)
        {
            Categories.Add(categoryName);
            return NullLogger.Instance;
        }

        public void AddProvider(ILoggerProvider provider) => Debug.Fail("No provider is added.");

        public void Dispose()
        {
        }
    }
}
