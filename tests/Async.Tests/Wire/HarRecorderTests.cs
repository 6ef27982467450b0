using System.Text;
using System.Text.Json;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Wire;

[Trait("ask", "A-24")]
public sealed class HarRecorderTests
{
    [Fact]
    public void An_entry_has_what_went_over_the_wire_without_secrets()
    {
        HarRecorder recorder = new();
        using World world = New(recorder);
        world.Network.Link = new() { Latency = TimeSpan.FromMilliseconds(10) };
        world.Serve("a.test", _ => World.Reply(
            201, "Content-Type: text/plain; x=y\r\nSet-Cookie: id=secret; Path=/p; Domain=a.test; Expires=Wed, 09 Jun 2100 10:18:14 GMT; HttpOnly; Secure", "made"));
        Request request = new("POST", "http://u:secret@a.test/path?key=secret")
        {
            Headers = { { "Authorization", "Basic secret" }, { "Cookie", "one=secret; two=secret" } },
            Content = RequestContent.FromString("content"),
        };
        world.Run(world.Client.SendAsync(request)).Dispose();

        JsonElement entry = Assert.Single(HarCheck.Entries(recorder));
        Assert.DoesNotContain("secret", entry.GetRawText(), StringComparison.OrdinalIgnoreCase);
        JsonElement sent = entry.GetProperty("request");
        Assert.Equal("POST http://a.test/path?* HTTP/1.1", $"{sent.GetProperty("method")} {sent.GetProperty("url")} {sent.GetProperty("httpVersion")}");
        Assert.Equal("Host: a.test", Fields(sent)[0]);
        Assert.Contains("Content-Length: 7", Fields(sent));
        Assert.Contains("Authorization: *", Fields(sent));
        Assert.Equal(["one=*", "two=*"], sent.GetProperty("cookies").EnumerateArray().Select(c => $"{c.GetProperty("name")}={c.GetProperty("value")}"));
        Assert.Equal(7, sent.GetProperty("bodySize").GetInt32());
        Assert.True(sent.GetProperty("headersSize").GetInt32() > 50);
        Assert.False(sent.TryGetProperty("postData", out _));

        JsonElement received = entry.GetProperty("response");
        Assert.Equal("201 Status", $"{received.GetProperty("status")} {received.GetProperty("statusText")}");
        Assert.Equal("text/plain; x=y", received.GetProperty("content").GetProperty("mimeType").GetString());
        Assert.Equal(4, received.GetProperty("content").GetProperty("size").GetInt32());
        Assert.False(received.GetProperty("content").TryGetProperty("text", out _));
        Assert.Equal(
            """{"name":"id","value":"*","path":"/p","domain":"a.test","expires":"2100-06-09T10:18:14.000Z","httpOnly":true,"secure":true}""",
            received.GetProperty("cookies")[0].GetRawText());
        Assert.True(entry.TryGetProperty("serverIPAddress", out _));
        Assert.True(entry.TryGetProperty("connection", out _));
    }

    [Fact]
    public void Times_follow_one_another()
    {
        HarRecorder recorder = new();
        using World world = New(recorder);
        world.Network.Link = new() { Latency = TimeSpan.FromMilliseconds(10) };
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd") { Delay = TimeSpan.FromMilliseconds(50), DribbleSize = 38, DribbleDelay = TimeSpan.FromMilliseconds(7) });
        world.GetText("http://a.test/");
        world.GetText("http://a.test/");
        Assert.Equal(
            [
                """{"blocked":0,"dns":0,"connect":10,"ssl":-1,"send":0,"wait":70,"receive":7}""",
                """{"blocked":0,"dns":-1,"connect":-1,"ssl":-1,"send":0,"wait":70,"receive":7}""",
            ],
            HarCheck.Entries(recorder).Select(e => e.GetProperty("timings").GetRawText()));
    }

    [Fact]
    public void The_handshake_is_a_part_of_connecting()
    {
        HarRecorder recorder = new();
        using World world = New(recorder);
        world.Serve("a.test", _ => World.Reply(200), port: 443, link: new() { Latency = TimeSpan.FromMilliseconds(10) });
        world.Get("https://a.test/").Dispose();
        JsonElement timings = HarCheck.Entries(recorder)[0].GetProperty("timings");
        Assert.True(timings.GetProperty("ssl").GetDouble() >= 20);
        Assert.Equal(timings.GetProperty("ssl").GetDouble() + 10, timings.GetProperty("connect").GetDouble());
    }

    [Fact]
    public void A_redirect_is_an_entry_that_says_where_to()
    {
        HarRecorder recorder = new();
        using World world = New(recorder);
        world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/next?code=secret") : World.Reply(200));
        world.Get("http://a.test/").Dispose();
        JsonElement[] entries = HarCheck.Entries(recorder);
        Assert.Equal(["/next?*", ""], entries.Select(e => e.GetProperty("response").GetProperty("redirectURL").GetString()));
        Assert.Equal([0, 1], entries.Select(e => e.GetProperty("_attempt").GetInt32()));
    }

    [Fact]
    public void A_failed_exchange_is_an_entry_without_a_response()
    {
        HarRecorder recorder = new();
        using World world = New(recorder, o => o.Timeout = TimeSpan.FromSeconds(2));
        world.Serve("slow.test", _ => new ServerReply("") { Delay = TimeSpan.FromMinutes(1) });
        world.Fails<PollHttpException>(world.Client.GetAsync("http://nowhere.test/?secret"));
        world.Fails<RequestTimeoutException>(world.Client.GetAsync("http://slow.test/?secret"));

        JsonElement[] entries = HarCheck.Entries(recorder);
        Assert.All(entries, e => Assert.Equal(0, e.GetProperty("response").GetProperty("status").GetInt32()));
        Assert.All(entries, e => Assert.DoesNotContain("secret", e.GetRawText(), StringComparison.Ordinal));
        Assert.Contains("nowhere.test", entries[0].GetProperty("_error").GetString(), StringComparison.Ordinal);
        Assert.False(entries[0].TryGetProperty("connection", out _));
        Assert.Equal(-1, entries[0].GetProperty("request").GetProperty("headersSize").GetInt32());
        Assert.Contains("2 s", entries[1].GetProperty("_error").GetString(), StringComparison.Ordinal);
        Assert.Equal(2000, entries[1].GetProperty("timings").GetProperty("wait").GetDouble());
    }

    [Theory]
    [InlineData("text/plain", "h\u00e9llo", null, "h\u00e9llo", null)]
    [InlineData("text/plain", "hello there", "The first 8 of 11 bytes.", "hello th", null)]
    [InlineData("image/png", "abc", null, "YWJj", "base64")]
    [InlineData("application/x-www-form-urlencoded", "p=secret", null, "*", null)]
    public void Bodies_are_kept_up_to_their_limit(string type, string body, string? comment, string text, string? encoding)
    {
        HarRecorder recorder = new(new() { BodyBytes = 8 });
        using World world = New(recorder);
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        world.Serve("a.test", _ => new ServerReply(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\n\r\n").Concat(bytes).ToArray()));
        Request request = new("POST", "http://a.test/") { Headers = { { "Content-Type", type } }, Content = RequestContent.FromBytes(bytes) };
        world.Run(world.Client.SendAsync(request)).Dispose();

        JsonElement entry = Assert.Single(HarCheck.Entries(recorder));
        JsonElement content = entry.GetProperty("response").GetProperty("content");
        JsonElement posted = entry.GetProperty("request").GetProperty("postData");
        Assert.Equal((text, encoding, comment), (Get(content, "text"), Get(content, "encoding"), Get(content, "comment")));
        Assert.Equal((text, encoding, comment), (Get(posted, "text"), Get(posted, "_encoding"), Get(posted, "comment")));
        Assert.Equal(type, Get(posted, "mimeType"));
    }

    [Fact]
    public void With_one_entry_too_many_the_oldest_is_dropped()
    {
        HarRecorder recorder = new(new() { MaxEntries = 3 });
        using World world = New(recorder);
        world.Serve("a.test", _ => World.Reply(200));
        for (int i = 0; i < 5; i++)
        {
            world.Get("http://a.test/" + i).Dispose();
        }

        Assert.Equal((3, 2L), (recorder.Count, recorder.DroppedCount));
        JsonElement log = HarCheck.Log(recorder);
        Assert.Equal(
            ["http://a.test/2", "http://a.test/3", "http://a.test/4"],
            log.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("request").GetProperty("url").GetString()));
        Assert.StartsWith("2 older entries", log.GetProperty("comment").GetString(), StringComparison.Ordinal);

        recorder.Clear();
        Assert.Equal((0, 0L), (recorder.Count, recorder.DroppedCount));
        Assert.Empty(HarCheck.Entries(recorder));
    }

    [Fact]
    public void With_too_many_bytes_the_oldest_are_dropped()
    {
        HarRecorder recorder = new(new() { MaxBytes = 5_000, BodyBytes = 100_000 });
        using World world = New(recorder);
        world.Serve("a.test", r => World.Reply(200, "Content-Type: text/plain", new string('x', r.Target == "/large" ? 10_000 : 3_000)));
        world.GetText("http://a.test/1");
        world.GetText("http://a.test/2");
        Assert.Equal("http://a.test/2", Assert.Single(HarCheck.Entries(recorder)).GetProperty("request").GetProperty("url").GetString());
        world.GetText("http://a.test/large");
        Assert.Empty(HarCheck.Entries(recorder));
        Assert.Equal(3, recorder.DroppedCount);
    }

    [Fact]
    public void Entries_are_in_the_order_of_their_beginnings()
    {
        HarRecorder recorder = new();
        using World world = New(recorder);
        world.Serve("a.test", r => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { Delay = TimeSpan.FromSeconds(r.Target == "/first" ? 2 : 0) });
        Task<Response> first = world.Client.GetAsync("http://a.test/first");
        world.Loop.Poll();
        world.Network.Clock.Advance(TimeSpan.FromMilliseconds(1));
        world.Get("http://a.test/second").Dispose();
        world.Run(first).Dispose();
        Assert.Equal(
            ["http://a.test/first", "http://a.test/second"],
            HarCheck.Entries(recorder).Select(e => e.GetProperty("request").GetProperty("url").GetString()));
    }

    [Fact]
    public async Task Streams_and_files_get_the_same_bytes()
    {
        HarRecorder recorder = new(new() { BodyBytes = 100_000 });
        using (World world = New(recorder))
        {
            world.Serve("a.test", _ => World.Reply(200, "Content-Type: text/plain", new string('x', 50_000)));
            for (int i = 0; i < 5; i++)
            {
                world.GetText("http://a.test/");
            }
        }

        using MemoryStream expected = new();
        recorder.Save(expected);
        Assert.Equal(5, HarCheck.Log(expected.ToArray()).GetProperty("entries").GetArrayLength());
        using MemoryStream stream = new();
        await recorder.SaveAsync(stream);
        Assert.Equal(expected.ToArray(), stream.ToArray());
        string path = Path.GetTempFileName();
        try
        {
            recorder.Save(path);
            Assert.Equal(expected.ToArray(), await File.ReadAllBytesAsync(path));
            await recorder.SaveAsync(path);
            Assert.Equal(expected.ToArray(), await File.ReadAllBytesAsync(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("MaxEntries")]
    [InlineData("MaxBytes")]
    [InlineData("BodyBytes")]
    public void Limits_that_make_no_sense_are_refused(string name)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = name switch
        {
            "MaxEntries" => new HarOptions { MaxEntries = 0 },
            "MaxBytes" => new HarOptions { MaxBytes = 0 },
            _ => new HarOptions { BodyBytes = -1 },
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WireLogOptions { BodyBytes = -1 });
    }

    private static World New(HarRecorder recorder, Action<PollHttpClientOptions>? configure = null) => new(o =>
    {
        o.WireObserver = recorder;
        configure?.Invoke(o);
    });

    private static string[] Fields(JsonElement head) =>
        [.. head.GetProperty("headers").EnumerateArray().Select(f => $"{f.GetProperty("name")}: {f.GetProperty("value")}")];

    private static string? Get(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
