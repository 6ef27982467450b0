using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Wire;

/// <summary>What an observer is told of: each attempt, once, from its request to its end.</summary>
[Trait("ask", "A-24")]
public sealed class WireObserverTests
{
    private const string Address = "http://a.test/";

    private readonly Witness _witness = new(keptBodyBytes: 10);

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public void Observers_together_take_note_alone_where_each_does(bool first, bool second, bool together) => Assert.Equal(
        together, WireObserver.Combine(new Witness(onlyTakesNote: first), WireObserver.Combine(new Witness(onlyTakesNote: second))).OnlyTakesNote);

    [Fact]
    public void The_heads_are_those_on_the_wire_with_the_fields_of_the_contents()
    {
        using World world = New();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(201, "Content-Type: text/plain\r\nX: 1\r\nX: 2", "made"));
        Request request = new("POST", "http://a.test/path?q=1") { Headers = { { "X-Mine", "yes" } }, Content = RequestContent.FromString("content") };
        using Response response = world.Run(world.Client.SendAsync(request));

        Assert.Equal(["0 request POST /path?q=1", "0 response 201", "0 end whole"], _witness.Told);
        WireExchange attempt = Assert.Single(_witness.Ended);
        ServerRequest received = Assert.Single(server.Requests);
        Assert.Equal(received.Headers, attempt.Request!.Headers.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        Assert.Contains(new HeaderField("Content-Length", "7"), attempt.Request.Headers);
        Assert.Contains(attempt.Request.Headers, f => f.Name == "Content-Type");
        Assert.Equal(["text/plain"], attempt.Response!.Headers.GetValues("Content-Type"));
        Assert.Equal(["1", "2"], attempt.Response.Headers.GetValues("X"));
        Assert.Equal((1, 7L, 4L), (attempt.Request.MinorVersion, attempt.RequestBodyBytes, attempt.ResponseBodyBytes));
        Assert.Equal(attempt.Request.HeadBytes + 7, attempt.BytesSent);
        Assert.Equal("content", Encoding.Latin1.GetString(attempt.RequestBody.Span));
        Assert.Equal("made", Encoding.Latin1.GetString(attempt.ResponseBody.Span));
        Assert.True(attempt is { IsEnded: true, IsWhole: true, Error: null });
    }

    [Fact]
    public void Each_redirect_is_an_attempt_of_its_own()
    {
        using World world = New();
        world.Serve("a.test", _ => World.RedirectTo("http://b.test/there"));
        world.Serve("b.test", _ => World.Reply(200, body: "here"));
        Assert.Equal("here", world.GetText(Address));

        Assert.Equal(
            ["0 request GET /", "0 response 302", "0 end whole", "1 request GET /there", "1 response 200", "1 end whole"],
            _witness.Told);
        Assert.Equal(["http://a.test/", "http://b.test/there"], _witness.Ended.Select(h => h.Uri.AbsoluteUri));
        Assert.Single(_witness.Ended.Select(h => h.Call).Distinct());
        Assert.Equal(2, _witness.Ended.Select(h => h.ConnectionNumber).Distinct().Count());
    }

    [Fact]
    public void The_answer_to_a_challenge_is_an_attempt_on_the_same_connection()
    {
        using World world = New(o => o.Credentials = new NetworkCredential("u", "p"));
        world.Serve("a.test", r => r.Header("Authorization") is null ? World.Reply(401, "WWW-Authenticate: Basic realm=\"r\"") : World.Reply(200));
        world.Get(Address).Dispose();

        Assert.Equal([401, 200], _witness.Ended.Select(h => h.Response!.StatusCode));
        Assert.Equal([false, true], _witness.Ended.Select(h => h.Request!.Headers.Any(f => f.Name == "Authorization")));
        Assert.Equal([false, true], _witness.Ended.Select(h => h.Connection!.IsReused));
        Assert.Single(_witness.Ended.Select(h => h.ConnectionNumber).Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_sent_again_after_a_stale_connection_is_an_attempt_of_its_own(bool isLate)
    {
        using World world = New();
        int requests = 0;
        world.Serve("a.test", _ => ++requests == 2
            ? isLate ? World.Reply(408) : new ServerReply("") { Then = AfterReply.End }
            : World.Reply(200));
        world.Get(Address).Dispose();
        world.Get(Address).Dispose();

        Assert.Equal(3, requests);
        Assert.Equal(
            isLate
                ? ["0 request GET /", "0 response 408", "0 end whole", "1 request GET /", "1 response 200", "1 end whole"]
                : ["0 request GET /", "0 end PollHttpException", "1 request GET /", "1 response 200", "1 end whole"],
            _witness.Told.Skip(3));
        Assert.Equal([0, 0, 1], _witness.Ended.Select(h => h.Attempt));
    }

    [Fact]
    public void Interim_responses_come_before_the_response()
    {
        using World world = New();
        world.Serve("a.test", _ => "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.Get(Address).Dispose();
        Assert.Equal(["0 request GET /", "0 interim 103", "0 interim 102", "0 response 200", "0 end whole"], _witness.Told);
    }

    [Fact]
    public void The_100_that_a_content_waits_for_is_told_of()
    {
        using World world = New();
        world.Serve("a.test", _ => World.Reply(200));
        Request request = new("PUT", Address) { Headers = { { "Expect", "100-continue" } }, Content = RequestContent.FromString("content") };
        world.Run(world.Client.SendAsync(request)).Dispose();
        Assert.Equal(["0 request PUT /", "0 interim 100", "0 response 200", "0 end whole"], _witness.Told);
        Assert.Equal(7, _witness.Ended[0].RequestBodyBytes);
    }

    [Fact]
    public void A_proxy_is_sent_the_whole_address()
    {
        using World world = New(o => o.Proxy = new WebProxy("http://proxy.test:3128"));
        world.Serve("proxy.test", _ => World.Reply(200), port: 3128);
        world.Get("http://a.test/x?y").Dispose();
        Assert.Equal("0 request GET http://a.test/x?y", _witness.Told[0]);
        Assert.Equal("a.test", _witness.Ended[0].Uri.Host);
    }

    [Fact]
    public void The_version_is_the_one_sent()
    {
        using World world = New();
        world.Serve("a.test", _ => "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
        using HttpRequestMessage message = new(HttpMethod.Get, Address) { Version = HttpVersion.Version10 };
        world.Run(world.Client.SendAsync(message)).Dispose();
        Assert.Equal((0, 0), (_witness.Ended[0].Request!.MinorVersion, _witness.Ended[0].Response!.MinorVersion));
    }

    [Fact]
    public void The_text_of_a_record_has_no_secrets()
    {
        using World world = New();
        world.Serve("a.test", _ => World.Reply(200));
        world.Get("http://u:secret@a.test/x?secret").Dispose();
        Assert.EndsWith(".0 GET http://a.test/x?*", _witness.Ended[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Trailers_are_there_at_the_end()
    {
        using World world = New();
        world.Serve("a.test", _ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n");
        Assert.Equal("abc", world.GetText(Address));
        Assert.Equal([new HeaderField("X-Sum", "7")], Assert.Single(_witness.Ended).Trailers);
    }

    [Fact]
    public void Of_bodies_as_much_is_kept_as_was_asked_for_however_they_come()
    {
        using World world = New();
        byte[] body = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
        world.Serve(
            "a.test",
            _ => new ServerReply(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n").Concat(body).ToArray()),
            link: new LinkOptions { SegmentSize = 7 });
        Request request = new("PUT", Address) { Content = RequestContent.FromStream(new MemoryStream(body)) };
        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal(body, world.Run(response.ReadAsByteArrayAsync()));

        WireExchange attempt = Assert.Single(_witness.Ended);
        Assert.Equal((200_000L, 200_000L), (attempt.RequestBodyBytes, attempt.ResponseBodyBytes));
        Assert.Equal(body[..10], attempt.RequestBody.ToArray());
        Assert.Equal(body[..10], attempt.ResponseBody.ToArray());
    }

    [Fact]
    public void A_call_that_finds_no_host_has_an_end_alone()
    {
        using World world = New();
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync("http://nowhere.test/"));
        Assert.Equal(["0 end PollHttpException"], _witness.Told);
        WireExchange attempt = Assert.Single(_witness.Ended);
        Assert.Same(error, attempt.Error);
        Assert.True(attempt is { Request: null, Response: null, Connection: null, ConnectionNumber: 0, BytesSent: 0 });
    }

    [Fact]
    public void A_body_that_breaks_off_ends_with_its_failure()
    {
        using World world = New();
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") { Then = AfterReply.End });
        using Response response = world.Get(Address);
        Assert.Throws<PollHttpIOException>(() => world.Run(response.ReadAsStringAsync()));
        WireExchange attempt = Assert.Single(_witness.Ended);
        Assert.Equal(FaultKind.TruncatedBody, Assert.IsType<PollHttpIOException>(attempt.Error).Fault.Kind);
        Assert.Equal((4L, false), (attempt.ResponseBodyBytes, attempt.IsWhole));
    }

    [Fact]
    public void A_call_that_takes_too_long_ends_with_what_was_sent_until_then()
    {
        using World world = New(o => o.Timeout = TimeSpan.FromSeconds(3));
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { Delay = TimeSpan.FromMinutes(1) });
        world.Fails<RequestTimeoutException>(world.Client.GetAsync(Address));
        WireExchange attempt = Assert.Single(_witness.Ended);
        Assert.Equal(["0 request GET /", "0 end RequestTimeoutException"], _witness.Told);
        Assert.Equal(attempt.Request!.HeadBytes, attempt.BytesSent);
        Assert.Equal(TimeSpan.FromSeconds(3), attempt.Elapsed);
    }

    [Fact]
    public void A_call_that_is_canceled_ends_so()
    {
        using World world = New(isSteady: true); // no time may pass before it is canceled
        ScriptedHttpServer server = world.Serve("a.test", _ => new ServerReply("") { Delay = TimeSpan.FromMinutes(1) });
        using CancellationTokenSource source = new();
        Task<Response> sending = world.Client.GetAsync(Address, source.Token);
        world.Drive(() => server.Requests.Count > 0);
        source.Cancel();
        world.Fails<OperationCanceledException>(sending);
        Assert.Equal(["0 request GET /", "0 end TaskCanceledException"], _witness.Told);
        Assert.NotNull(_witness.Ended[0].Timings.Sent);
    }

    [Theory]
    [InlineData(1_000, "whole")] // the little that is left is skipped, which is on the wire as well
    [InlineData(10_000_000, "left")]
    public void A_body_that_its_reader_leaves_has_an_end(int length, string end)
    {
        using World world = New();
        world.Serve("a.test", _ => new ServerReply($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}") { DribbleSize = length / 2, DribbleDelay = TimeSpan.FromMilliseconds(1) });
        Response response = world.Get(Address);
        Assert.Equal(2, _witness.Told.Count);
        response.Dispose();
        world.Drive(() => _witness.Told.Count == 3);
        Assert.Equal("0 end " + end, _witness.Told[2]);
        Assert.Null(_witness.Ended[0].Error);
    }

    [Fact]
    public void A_head_that_is_refused_is_never_on_the_wire()
    {
        using World world = New();
        world.Serve("a.test", _ => World.Reply(200));
        Request request = new("GET", Address) { Headers = { { "Content-Length", "5" }, { "Transfer-Encoding", "chunked" } } };
        world.Fails<ArgumentException>(world.Client.SendAsync(request));
        Assert.Equal(["0 end ArgumentException"], _witness.Told);
    }

    [Fact]
    public void Times_are_those_since_the_attempt_began()
    {
        using World world = New();
        world.Network.Link = new() { Latency = TimeSpan.FromMilliseconds(10) };
        world.Network.Clock.Advance(TimeSpan.FromHours(1));
        ServerReply slow = new("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n") { Delay = TimeSpan.FromMilliseconds(100) };
        world.Serve("a.test", r => r.Target == "/" ? slow : World.Reply(200));
        DateTimeOffset start = world.Network.Clock.GetUtcNow();
        world.Get(Address).Dispose();

        WireExchange first = _witness.Ended[0];
        Assert.Equal(start, first.StartedAt);
        Assert.NotNull(first.Timings.Connected);
        Assert.True(first.Timings is { Queued: { } queued, FirstByte: { } answered } && answered - queued >= TimeSpan.FromMilliseconds(120));
        WireExchange second = _witness.Ended[1];
        Assert.Equal(first.StartedAt + first.Elapsed, second.StartedAt);
        Assert.Null(second.Timings.Connected);
        Assert.Equal(TimeSpan.FromMilliseconds(20), second.Timings.LastByte);
    }

    [Fact]
    public void What_was_received_is_in_the_record_when_the_caller_has_the_response()
    {
        using World world = New();
        world.Serve("a.test", _ => World.Reply(200, body: "ok"));
        Task<Response> sending = world.Client.GetAsync(Address);
        Task<int> told = sending.ContinueWith(_ => _witness.Told.Count, TaskContinuationOptions.ExecuteSynchronously);
        Assert.Equal(3, world.Run(told));
        world.Run(sending).Dispose();
    }

    [Theory]
    [Trait("fault", "F-70")]
    [InlineData("request")]
    [InlineData("response")]
    [InlineData("interim")]
    [InlineData("end")]
    [InlineData("kept")]
    public void An_observer_that_throws_fails_nothing_and_keeps_nothing_from_others(string what)
    {
        List<string> log = [];
        using World world = new(o =>
        {
            o.WireObserver = WireObserver.Combine(new Thrower(what), _witness);
            o.LoggerFactory = new ListLogger(log);
        });
        world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/on") : "HTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.Equal("ok", world.GetText(Address));
        Assert.Equal(7, _witness.Told.Count);
        Assert.Contains(log, line => line.Contains("observer", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_observer_there_is_no_record()
    {
        using World world = new();
        world.Serve("a.test", _ => World.Reply(200));
        Exchange exchange = world.Client.MakeExchange("GET", new(Address), null, null, false, default);
        TaskWaiter waiter = new(TaskCreationOptions.None);
        exchange.Start(waiter);
        world.Run(waiter.Task).Dispose();
        Assert.Null(exchange.StateOrNull);
    }

    private World New(Action<PollHttpClientOptions>? configure = null, bool isSteady = false) => new(
        o =>
        {
            o.WireObserver = _witness;
            configure?.Invoke(o);
        },
        isSteady: isSteady);

    private sealed class Thrower(string what) : WireObserver
    {
        public override int KeptBodyBytes => ThrowIf("kept");

        public override void OnRequest(WireExchange exchange) => ThrowIf("request");

        public override void OnInformational(WireExchange exchange, ResponseHead head) => ThrowIf("interim");

        public override void OnResponse(WireExchange exchange) => ThrowIf("response");

        public override void OnEnd(WireExchange exchange) => ThrowIf("end");

        private int ThrowIf(string here) => here == what ? throw new FormatException("mine") : 0;
    }
}
