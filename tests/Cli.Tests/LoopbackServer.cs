using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace PollHttp.Cli.Tests;

/// <summary>A web server on the loopback, with an address for each thing a response can be.</summary>
public sealed class LoopbackServer : IAsyncLifetime
{
    public const string FileTag = "\"v1\"";

    private WebApplication? _app;
    private int _flaky;

    /// <summary>What <c>/file</c> and <c>/file-…</c> hold.</summary>
    public static byte[] FileBytes { get; } = [.. Enumerable.Range(0, 300_000).Select(static i => (byte)(i * 7))];

    public string Address { get; private set; } = "";

    public string TlsAddress { get; private set; } = "";

    public string Host => Address["http://".Length..];

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        X509Certificate2 certificate = SelfSigned();
        builder.WebHost.UseKestrelHttpsConfiguration().UseKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        string[] addresses = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        Address = addresses.Single(static address => address.StartsWith("http://", StringComparison.Ordinal));
        TlsAddress = addresses.Single(static address => address.StartsWith("https://", StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/json" => WriteAsync(context, "application/json", """{"id":7,"tags":["a",null],"big":1.50e3,"none":{}}"""),
        "/bad-json" => WriteAsync(context, "application/json", """{"id":"""),
        "/text" => WriteAsync(context, "text/plain", "hello"),
        "/binary" => Results.Bytes(new byte[] { 1, 0, 2 }, "application/octet-stream").ExecuteAsync(context),
        "/echo" => EchoAsync(context),
        "/redirect" => Results.Redirect("/text").ExecuteAsync(context),
        "/loop" => Results.Redirect("/loop").ExecuteAsync(context),
        "/login" => LoginAsync(context),
        "/flaky" => FlakyAsync(context),
        "/never" => Task.Delay(Timeout.Infinite, context.RequestAborted),
        "/basic" => BasicAsync(context),
        { } file when file.StartsWith("/file", StringComparison.Ordinal) => FileAsync(context),
        { } status when status.StartsWith("/status/", StringComparison.Ordinal) => StatusAsync(context, int.Parse(status["/status/".Length..], CultureInfo.InvariantCulture)),
        _ => StatusAsync(context, 404),
    };

    private static Task WriteAsync(HttpContext context, string type, string text)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        string body = await reader.ReadToEndAsync();
        string fields = string.Concat(context.Request.Headers.Select(static field => $"{field.Key}: {field.Value}\n"));
        await WriteAsync(context, "text/plain", $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n{fields}\n{body}");
    }

    private static Task LoginAsync(HttpContext context)
    {
        context.Response.Headers.SetCookie = "session=3fc1; Path=/";
        return WriteAsync(context, "text/plain", "in");
    }

    private Task FlakyAsync(HttpContext context) =>
        Interlocked.Increment(ref _flaky) % 3 == 0 ? WriteAsync(context, "text/plain", "at last") : StatusAsync(context, 503);

    private static Task BasicAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization == "Basic dTpw")
        {
            return WriteAsync(context, "text/plain", "known");
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"r\"";
        return StatusAsync(context, 401);
    }

    private static Task FileAsync(HttpContext context) => Results
        .Bytes(FileBytes, "application/octet-stream", enableRangeProcessing: true, entityTag: new EntityTagHeaderValue(FileTag))
        .ExecuteAsync(context);

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync($"status {status}");
    }

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
