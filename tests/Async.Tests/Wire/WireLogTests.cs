using System.Text;
using Microsoft.Extensions.Logging;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Wire;

[Trait("ask", "A-24")]
public sealed class WireLogTests
{
    private readonly List<string> _lines = [];

    [Fact]
    public void Heads_are_logged_as_they_are_on_the_wire_without_secrets()
    {
        using World world = New();
        world.Serve("a.test", _ => World.Reply(200, "Content-Type: text/plain\r\nSet-Cookie: id=secret; Path=/\r\nLink: </x?secret>", "hello"));
        Request request = new("POST", "http://u:secret@a.test/path?key=secret")
        {
            Headers = { { "Authorization", "Bearer secret" }, { "Cookie", "a=secret" }, { "X-Client-Secret", "secret" }, { "X-Shown", "yes" } },
            Content = RequestContent.FromString("a content"),
        };
        world.Run(world.Client.SendAsync(request)).Dispose();

        Assert.Equal(3, _lines.Count);
        Assert.All(_lines, line => Assert.StartsWith("PollHttp.Wire Debug ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", string.Concat(_lines).Replace("X-Client-Secret", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.Matches("""^PollHttp\.Wire Debug 1: \d+\.0 > POST http://a\.test/path\?\*\n  POST /path\?\* HTTP/1\.1\n  Host: a\.test\n""", _lines[0]);
        foreach (string field in (string[])["Authorization: *", "Cookie: *", "X-Client-Secret: *", "X-Shown: yes", "Content-Type: text/plain; charset=utf-8", "Content-Length: 9"])
        {
            Assert.Contains("\n  " + field + "\n", _lines[0] + "\n", StringComparison.Ordinal);
        }

        Assert.EndsWith(
            "ms\n  HTTP/1.1 200 Status\n  Content-Type: text/plain\n  Set-Cookie: *\n  Link: </x?*>\n  Content-Length: 5", _lines[1], StringComparison.Ordinal);
        Assert.Matches(@"\d+\.0 ended after [0-9.]+ ms: sent \d+ bytes, received a body of 5 bytes, whole$", _lines[2]);
    }

    [Fact]
    public void A_writer_gets_the_same_lines_with_the_time_of_day()
    {
        using StringWriter text = new() { NewLine = "\n" };
        using World world = new(options => options.WireObserver = new WireLog(text));
        world.Serve("a.test", _ => World.Reply(200, body: "hello"));
        world.Get("http://a.test/path?key=secret").Dispose();
        Assert.Matches(
            """^\d\d:\d\d:\d\d\.\d{3} \d+\.0 > GET http://a\.test/path\?\*\n  GET /path\?\* HTTP/1\.1\n  Host: a\.test\n[^>]*\n\d\d:\d\d:\d\d\.\d{3} \d+\.0 < 200 after """,
            text.ToString());
        Assert.Equal(3, text.ToString().Split('\n').Count(line => line.Length > 0 && line[0] != ' '));
    }

    [Fact]
    public void A_writer_that_throws_fails_no_request()
    {
        StringWriter closed = new();
        closed.Dispose();
        using World world = new(options => options.WireObserver = new WireLog(closed));
        world.Serve("a.test", _ => World.Reply(200, body: "hello"));
        Assert.Equal("hello", world.GetText("http://a.test/"));
        Assert.Throws<ArgumentNullException>(() => new WireLog((TextWriter)null!));
    }

    [Fact]
    public void Attempts_of_one_call_have_its_number()
    {
        using World world = New();
        world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/next?code=secret") : World.Reply(200));
        world.Get("http://a.test/").Dispose();
        string call = _lines[0].Split(": ")[1].Split('.')[0];
        Assert.Equal(
            [$"{call}.0 >", $"{call}.0 <", $"{call}.0 ended", $"{call}.1 >", $"{call}.1 <", $"{call}.1 ended"],
            _lines.Select(line => string.Join(' ', line.Split(": ")[1].Split(' ', '\n')[..2])));
        Assert.Contains("Location: /next?*", _lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_is_logged_by_its_cause()
    {
        using World world = New();
        world.Fails<PollHttpException>(world.Client.GetAsync("http://nowhere.test/x?secret"));
        string line = Assert.Single(_lines);
        Assert.Contains(" GET http://nowhere.test/x?* failed after ", line, StringComparison.Ordinal);
        Assert.Contains("nowhere.test", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_others_threw_is_not_repeated()
    {
        using World world = New(o => o.RedirectPolicy = static _ => throw new FormatException("about a secret"));
        world.Serve("a.test", _ => World.RedirectTo("/x"));
        world.Fails<FormatException>(world.Client.PostAsync("http://a.test/", RequestContent.FromStream(new Broken())));
        Assert.DoesNotContain("secret", string.Concat(_lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "ab\u00e9cd", "ab\u00e9c…")]
    [InlineData("application/json", "{\"a\"", "{\"a\"")]
    [InlineData("application/problem+json; charset=utf-8", "{}", "{}")]
    [InlineData("text/plain", "a\r\n\tb", "a\\r\\n\\tb")]
    [InlineData("application/x-www-form-urlencoded", "p=1&q=2", "*…")]
    [InlineData("application/octet-stream", "abc", "616263")]
    [InlineData("image/png", "abcdefgh", "6162636465…")]
    [InlineData("text/plain\r\nContent-Encoding: gzip", "abc", "616263")]
    [InlineData(null, "abc", "616263")]
    public void The_beginning_of_a_body_is_logged_as_text_or_as_digits(string? type, string body, string shown)
    {
        using World world = New(o => o.AutomaticDecompression = null, bodyBytes: 5);
        string fields = type is null ? "" : "Content-Type: " + type + "\r\n";
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        world.Serve("a.test", _ => new ServerReply(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{fields}Content-Length: {bytes.Length}\r\n\r\n").Concat(bytes).ToArray()));
        world.Get("http://a.test/").Dispose();
        string line = Assert.Single(_lines, static l => l.Contains(" Debug 5: ", StringComparison.Ordinal));
        Assert.EndsWith($" < body of {bytes.Length} bytes: {shown}", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_none_is_logged_as_digits_and_a_cut_character_is_left_out()
    {
        using World world = New(bodyBytes: 2);
        world.Serve("a.test", r => new ServerReply((byte[])
            [.. "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n"u8, .. r.Target == "/" ? [0xff, 0xfe, 0xfd] : "a\u00e9"u8]));
        world.Get("http://a.test/").Dispose();
        world.Get("http://a.test/cut").Dispose();
        string[] bodies = [.. _lines.Where(static l => l.Contains(" Debug 5: ", StringComparison.Ordinal))];
        Assert.EndsWith(": FFFE…", bodies[0], StringComparison.Ordinal);
        Assert.EndsWith(": a…", bodies[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_server_sends_makes_no_lines_of_its_own()
    {
        using World world = New(o => o.Leniency |= Leniency.ControlCharacters);
        world.Serve("a.test", _ => "HTTP/1.1 200 O\u0085K\r\nX: a\u001b[2Jb\u0085c\r\nContent-Length: 0\r\n\r\n");
        world.Get("http://a.test/").Dispose();
        Assert.Contains(" 200 O\\x85K\n  X: a\\x1b[2Jb\\x85c\n", _lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_the_client_says_are_secret_are_not_logged()
    {
        using World world = New(o => o.SecretFields.Add("X-Own-Token"));
        world.Serve("a.test", _ => World.Reply(200));
        world.Run(world.Client.SendAsync(new("GET", "http://a.test/") { Headers = { { "x-own-token", "secret" } } })).Dispose();
        Assert.Contains("x-own-token: *", _lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_observer_that_wants_more_of_a_body_makes_it_log_no_more()
    {
        Witness witness = new(keptBodyBytes: 100);
        using World world = New(o => o.WireObserver = WireObserver.Combine(o.WireObserver!, witness), bodyBytes: 5);
        world.Serve("a.test", _ => World.Reply(200, "Content-Type: text/plain", "hello there"));
        world.Get("http://a.test/").Dispose();
        Assert.EndsWith(" bytes: hello…", _lines[2], StringComparison.Ordinal);
        Assert.Equal(11, witness.Ended[0].ResponseBody.Length);
    }

    [Fact]
    public void Below_its_level_nothing_is_made_into_text()
    {
        using World world = new(o => o.WireObserver = new WireLog(
            new ListLogger(_lines) { Least = LogLevel.Information },
            new() { BodyBytes = 5, Redaction = { IsSecretField = static _ => throw new InvalidOperationException("asked in vain") } }));
        world.Serve("a.test", _ => World.Reply(200, body: "hello"));
        world.Get("http://a.test/").Dispose();
        Assert.Empty(_lines);
    }

    private World New(Action<PollHttpClientOptions>? configure = null, int bodyBytes = 0) => new(o =>
    {
        WireLogOptions options = new() { BodyBytes = bodyBytes };
        options.Redaction.SecretFields.Add("X-Client-Secret");
        o.WireObserver = new WireLog(new ListLogger(_lines), options);
        configure?.Invoke(o);
    });

    private sealed class Broken : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new FormatException("about a secret");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new FormatException("about a secret");
    }
}
