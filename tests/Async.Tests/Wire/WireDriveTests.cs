using System.Net;
using System.Text;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests.Wire;

/// <summary>The same in every drive, over simulated and over real sockets, and under HttpClient.</summary>
[Trait("ask", "A-24")]
public sealed class WireDriveTests
{
    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    private static readonly string[] s_whole = ["0 request POST /", "0 response 302", "0 end whole", "1 request GET /body", "1 response 200", "1 end whole"];
    private static readonly byte[] s_body = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 3))];

    public static TheoryData<string> Settings() => Setting.AllAndSync();

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_attempt_is_told_of_before_the_caller_has_its_end(string setting)
    {
        Witness witness = new(keptBodyBytes: 5);
        Play.Run(setting, NewServer(), async scene =>
        {
            using Response response = await scene.SendAsync(new("POST", scene.Address) { Content = RequestContent.FromBytes(s_body) });
            AssertTold(witness, setting, s_whole[..5]);
            Assert.Equal(s_body, await response.ReadAsByteArrayAsync());
            AssertTold(witness, setting, s_whole);
        }, options => options.WireObserver = witness);
        Check(witness);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_handler_has_an_observer_too(bool isSynchronous)
    {
        Witness witness = new(keptBodyBytes: 5);
        using LoopbackServer server = new(NewServer(), isTls: false);
        using (HttpClient client = new(new PollHttpHandler { WireObserver = witness }))
        {
            using HttpRequestMessage message = new(HttpMethod.Post, $"http://localhost:{server.Port}/body") { Content = new ByteArrayContent(s_body) { Headers = { { "Content-Type", "x/y" } } } };
            using HttpResponseMessage response = isSynchronous ? client.Send(message) : await client.SendAsync(message);
            Assert.Equal(s_body, await response.Content.ReadAsByteArrayAsync());
        }

        // The response may be there before the content's own code has returned, which is awaited for the end.
        Assert.True(SpinWait.SpinUntil(() => witness.Told.Count == 3, s_guard));
        Assert.Equal(["0 request POST /body", "0 response 200", "0 end whole"], witness.Told);
        WireExchange attempt = witness.Ended[0];
        Assert.Equal((s_body.Length, s_body.Length), (attempt.RequestBodyBytes, attempt.ResponseBodyBytes));
        Assert.Equal(s_body[..5], attempt.RequestBody.ToArray());
        Assert.Contains(attempt.Request!.Headers, f => f is { Name: "Content-Type", Value: "x/y" });
    }

    [Fact]
    public async Task A_handlers_observer_is_frozen_with_its_first_request()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text("ok")), isTls: false);
        using PollHttpHandler handler = new();
        using HttpClient client = new(handler);
        Assert.Null(handler.WireObserver);
        await client.GetStringAsync(new Uri($"http://localhost:{server.Port}/"));
        Assert.Throws<InvalidOperationException>(() => handler.WireObserver = new Witness());
    }

    [Fact]
    public async Task A_tunnel_ends_its_exchange()
    {
        Witness witness = new();
        using LoopbackServer server = new(new ScriptedHttpServer("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nbytes"), isTls: false);
        using HttpMessageInvoker client = new(new PollHttpHandler { WireObserver = witness });
        using HttpRequestMessage message = new(HttpMethod.Get, $"http://localhost:{server.Port}/") { Headers = { { "Connection", "Upgrade" }, { "Upgrade", "echo" } } };
        using HttpResponseMessage response = await client.SendAsync(message, default);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        Assert.Equal(["0 request GET /", "0 response 101", "0 end whole"], witness.Told);
        using Stream stream = await response.Content.ReadAsStreamAsync();
    }

    private static ScriptedHttpServer NewServer() => new(r => r.Target == "/"
        ? "HTTP/1.1 302 Found\r\nLocation: /body\r\nContent-Length: 0\r\n\r\n"
        : new ServerReply(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {s_body.Length}\r\n\r\n").Concat(s_body).ToArray()));

    /// <summary>In background drive a call that another thread has not come back from yet may be overtaken by the caller.</summary>
    private static void AssertTold(Witness witness, string setting, string[] expected)
    {
        if (setting.Contains("background", StringComparison.Ordinal))
        {
            Assert.True(SpinWait.SpinUntil(() => witness.Told.Count >= expected.Length, s_guard));
        }

        Assert.Equal(expected, witness.Told.Take(expected.Length));
    }

    private static void Check(Witness witness)
    {
        Assert.Equal([s_body.Length, 0], witness.Ended.Select(h => h.RequestBodyBytes));
        Assert.Equal([0, s_body.Length], witness.Ended.Select(h => h.ResponseBodyBytes));
        Assert.Equal(s_body[..5], witness.Ended[0].RequestBody.ToArray());
        Assert.Equal(s_body[..5], witness.Ended[1].ResponseBody.ToArray());
        Assert.All(witness.Ended, h => Assert.True(h.Timings is { Sent: not null, FirstByte: not null, LastByte: not null }));
        Assert.Equal([false, true], witness.Ended.Select(h => h.Connection!.IsReused));
    }
}
