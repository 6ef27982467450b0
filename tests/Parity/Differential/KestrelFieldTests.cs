using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PollHttp.Parity.Differential;

/// <summary>Random fields to Kestrel and back, over one connection: its HPACK reads what ours writes, and the other way round.</summary>
public sealed class KestrelFieldTests
{
    private const string Prefix = "x-f";
    private const int Requests = 300;

    [Fact]
    [Trait("rule", "R2-086"), Trait("rule", "R2-089")]
    public async Task Fields_come_back_as_they_were_sent()
    {
        await using WebApplication server = await StartAsync();
        using HttpClient client = new(new PollHttpHandler { UseProxy = false });
        Random random = new(5);
        for (int i = 0; i < Requests; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, server.Urls.Single())
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            Dictionary<string, string> fields = [];
            for (int count = random.Next(1, 20); count > 0; count--)
            {
                fields[Prefix + random.Next(40)] = Value(random);
            }

            foreach ((string name, string value) in fields)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using HttpResponseMessage response = await client.SendAsync(request);
            Assert.Equal(
                fields.OrderBy(static f => f.Key, StringComparer.Ordinal),
                response.Headers.NonValidated.Where(static h => h.Key.StartsWith(Prefix, StringComparison.Ordinal))
                    .Select(static h => KeyValuePair.Create(h.Key, h.Value.ToString())).OrderBy(static f => f.Key, StringComparer.Ordinal));
        }
    }

    private static string Value(Random random) => random.Next(4) switch
    {
        0 => $"repeated-{random.Next(5)}",
        1 => random.Next(10) == 0 ? new string('v', random.Next(500, 1_000)) : "",
        _ => string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)random.Next('!', '~' + 1))),
    };

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication app = builder.Build();
        app.Run(static context =>
        {
            foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Headers)
            {
                if (name.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    context.Response.Headers[name] = value;
                }
            }

            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }
}
