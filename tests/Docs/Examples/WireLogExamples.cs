using System.Text.Json;
using Microsoft.Extensions.Logging;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/wire-log.md.</summary>
public sealed class WireLogExamples : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pollhttp-docs-");
    private readonly SimulatedNetwork _network = new();
    private readonly Lines _lines = new();

    public WireLogExamples() => _network.Listen("api.example", 80, new ScriptedHttpServer(_ => new ServerReply(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: s=3fc1\r\nContent-Length: 9\r\n\r\n{\"id\": 7}")
    {
        Delay = TimeSpan.FromSeconds(2),
    }));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Log()
    {
        ILoggerFactory loggers = _lines;
        PollLoop.Run(
            async loop =>
            {
                // example: wire-log
                using var client = new PollHttpClient(loop, new PollHttpClientOptions
                {
                    WireObserver = new WireLog(loggers, new WireLogOptions
                    {
                        BodyBytes = 200,                                  // of each body, from its beginning; 0 by default
                        Redaction = { SecretFields = { "X-Session" }, PublicParameters = { "page" } },
                    }),
                });
                var request = new Request("GET", "http://api.example/items?page=2&key=3fc1")
                {
                    Headers = { { "Authorization", "Bearer 3fc1" }, { "X-Session", "3fc1" } },
                };
                using Response response = await client.SendAsync(request);
                // end
            },
            _network);

        // The page shows what is written, as the first call of its process.
        string written = string.Join('\n', _lines.Written.Select(static line => "1" + line[line.IndexOf('.', StringComparison.Ordinal)..]));
        Assert.Contains($"```\n{written}\n```", Repository.Read("docs/wire-log.md"), StringComparison.Ordinal);
        Assert.DoesNotContain("3fc1", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Archive()
    {
        string path = Path.Combine(_folder.FullName, "trace.har");
        PollLoop.Run(
            async loop =>
            {
                // example: har
                var archive = new HarRecorder(new HarOptions { MaxEntries = 500, BodyBytes = 64 * 1024 });
                using var client = new PollHttpClient(loop, new PollHttpClientOptions { WireObserver = archive });
                Console.WriteLine(await client.GetStringAsync("http://api.example/items"));
                archive.Save(path);
                // end
            },
            _network);
        using JsonDocument saved = JsonDocument.Parse(File.ReadAllText(path));
        Assert.Equal(1, saved.RootElement.GetProperty("log").GetProperty("entries").GetArrayLength());
    }

    [Fact]
    public void Own()
    {
        List<string> slow = [];
        PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop, new PollHttpClientOptions { WireObserver = new SlowAttempts(slow.Add) });
                await client.GetStringAsync("http://api.example/items?key=3fc1");
            },
            _network);
        Assert.StartsWith("GET http://api.example/items?* took 2", Assert.Single(slow), StringComparison.Ordinal);
    }

    internal static void Handler(ILoggerFactory loggers, HarRecorder archive)
    {
        // example: wire-handler
        var handler = new PollHttpHandler { WireObserver = WireObserver.Combine(new WireLog(loggers), archive) };
        using var client = new HttpClient(handler);
        // end
    }

    // example: wire-observer
    private sealed class SlowAttempts(Action<string> report) : WireObserver
    {
        private readonly WireRedaction _redaction = new();

        public override void OnEnd(WireExchange exchange)
        {
            if (exchange.Elapsed > TimeSpan.FromSeconds(1))
            {
                report($"{exchange.Method} {_redaction.RedactUri(exchange.Uri)} took {exchange.Elapsed.TotalSeconds:F1} s; "
                    + $"first byte after {exchange.Timings.FirstByte}, {exchange.ResponseBodyBytes} bytes, {exchange.Error?.GetType().Name ?? "no error"}");
            }
        }
    }
    // end

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Written { get; } = [];

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
