using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PollHttp.Grpc.Tests.Messages;
using CompressionLevel = System.IO.Compression.CompressionLevel;

namespace PollHttp.Grpc.Tests;

/// <summary>Kestrel with the service, without TLS and with it, and the server of the C core, and a channel to each over both handlers.</summary>
public sealed class WarehouseServer : IAsyncLifetime
{
    private readonly Dictionary<Way, GrpcChannel> _channels = [];
    private WebApplication? _app;
    private Server? _native;

    internal CallMarks Marks { get; } = new();

    /// <summary>Gets a channel that is kept for all tests.</summary>
    internal GrpcChannel this[Way way] => _channels[way];

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static options =>
        {
            options.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
            options.Listen(IPAddress.Loopback, 0, static listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(NewCertificate());
            });
        });
        builder.Services.AddGrpc(static options =>
        {
            options.MaxReceiveMessageSize = null;
            options.CompressionProviders = [new GzipCompressionProvider(CompressionLevel.Fastest)];
            options.ResponseCompressionAlgorithm = "gzip";
            options.ResponseCompressionLevel = CompressionLevel.Fastest;
        });
        builder.Services.AddSingleton(Marks);
        builder.Services.AddSingleton<WarehouseService>();
        _app = builder.Build();
        _app.MapGrpcService<WarehouseService>();
        await _app.StartAsync();
        _native = new([new("grpc.max_receive_message_length", -1)])
        {
            Services = { Warehouse.BindService(new WarehouseService(Marks)) },
            Ports = { new ServerPort("127.0.0.1", 0, ServerCredentials.Insecure) },
        };
        _native.Start();
        string[] urls = [.. _app.Urls, $"http://127.0.0.1:{_native.Ports.Single().BoundPort}"];
        foreach (Way way in Enum.GetValues<Way>())
        {
            HttpMessageHandler handler = way < Way.PlatformClear
                ? new PollHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true } }
                : new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true } };
            _channels.Add(way, GrpcChannel.ForAddress(urls[(int)way % urls.Length], new()
            {
                HttpHandler = handler,
                DisposeHttpClient = true,
                MaxReceiveMessageSize = null,
            }));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }

        await _app!.DisposeAsync();
        await _native!.ShutdownAsync();
    }

    private static X509Certificate2 NewCertificate()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
