using System.Net;
using Microsoft.Extensions.Logging;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>What the user's code throws while a connection is processed is the outcome of one call; everything else goes on.</summary>
public sealed class ThrowingCallbackTests
{
    private static readonly string[] s_settings = ["simulated, manual, http", "simulated, run, http, far", "sockets, background, http", "simulated, sync, http, choppy", "sockets, sync, http"];

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string setting in s_settings)
        {
            foreach (string thrower in (string[])["credentials", "proxy", "redirect", "filter"])
            {
                cases.Add(setting, thrower);
            }
        }

        return cases;
    }

    [Theory]
    [Trait("fault", "F-61")]
    [MemberData(nameof(Cases))]
    public void What_a_callback_throws_fails_its_call_and_the_next_one_works(string setting, string thrower)
    {
        Fuse fuse = new();
        ScriptedHttpServer server = new(request => (request.Target, thrower) switch
        {
            ("/", "credentials") => "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n",
            ("/", "proxy" or "redirect") => "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n",
            _ => ServerReply.Text("fine"),
        });

        Play.Run(
            setting,
            server,
            async scene =>
            {
                Exception error = await Assert.ThrowsAnyAsync<Exception>(() => scene.GetAsync());
                Assert.Same(fuse.Thrown, thrower == "filter" ? error.InnerException : error); // a filter that can't decide is a fault of connecting
                await scene.AssertUsableAsync();
            },
            options =>
            {
                options.UseProxy = thrower == "proxy";
                switch (thrower)
                {
                    case "credentials":
                        options.Credentials = new Credentials(fuse);
                        break;
                    case "proxy":
                        options.Proxy = new Proxy(fuse);
                        break;
                    case "redirect":
                        options.RedirectPolicy = _ => throw fuse.Blow();
                        break;
                    default:
                        options.ConnectFilter = (_, _) => fuse.Thrown is null ? throw fuse.Blow() : true;
                        break;
                }
            });
        Assert.NotNull(fuse.Thrown);
    }

    [Theory]
    [Trait("fault", "F-61")]
    [Trait("fault", "F-70")]
    [InlineData("simulated, manual, http")]
    [InlineData("simulated, run, http, far")]
    [InlineData("sockets, background, http")]
    public void A_log_that_throws_changes_nothing(string setting)
    {
        foreach (string word in (string[])["opened", "closed", "sent again", ""])
        {
            Fuse fuse = new();
            int late = 1;
            Play.Run(
                setting,
                new ScriptedHttpServer(request => request.Target == "/stale" && Interlocked.Exchange(ref late, 0) == 1
                    ? ServerReply.Text("late", 408)
                    : ServerReply.Text("ok")),
                async scene =>
                {
                    await scene.AssertUsableAsync();
                    using Response response = await scene.GetAsync("/stale");
                    Assert.Equal("ok", await response.ReadAsStringAsync());
                },
                options => options.LoggerFactory = new Logger(fuse, word));
            bool isLogged = SpinWait.SpinUntil(() => fuse.Thrown is not null, TimeSpan.FromSeconds(10)); // in background drive, a moment after the end
            Assert.True(isLogged, $"Nothing was logged with '{word}'.");
        }
    }

    /// <summary>Blows once.</summary>
    private sealed class Fuse
    {
        private volatile Exception? _thrown;

        public Exception? Thrown => _thrown;

        public Exception Blow() => _thrown = new FormatException("mine");
    }

    private sealed class Credentials(Fuse fuse) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => throw fuse.Blow();
    }

    /// <summary>Throws on the second attempt only, which is decided while the head of the first is handled.</summary>
    private sealed class Proxy(Fuse fuse) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => destination.AbsolutePath == "/next" ? throw fuse.Blow() : null;

        public bool IsBypassed(Uri host) => false;
    }

    private sealed class Logger(Fuse fuse, string word) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (fuse.Thrown is null && formatter(state, exception).Contains(word, StringComparison.Ordinal))
            {
                throw fuse.Blow();
            }
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
