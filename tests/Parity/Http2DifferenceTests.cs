using PollHttp.Parity.Differential;
using PollHttp.Testing;

namespace PollHttp.Parity;

/// <summary>The differences in HTTP/2, each with an example. <see cref="Http2ScriptTests"/> looks for others.</summary>
public sealed class Http2DifferenceTests
{
    private static readonly string[] s_all = ["status", "headers", "content headers", "request", "body", "trailers", "error", "code"];

    private static readonly Http2Frame s_head = Http2Frame.Headers(1, false, (":status", "200"));

    [Fact]
    public async Task Malformed_responses()
    {
        Difference known = new("malformed responses in HTTP/2", "error", "code");
        await ExpectAsync(known, "GET", Http2Frame.Headers(1, true, (":status", "200"), ("a b", "c")));
        await ExpectAsync(known, "GET", Http2Frame.Headers(1, true, (":status", "abc")));
        await ExpectAsync(known, "GET", Http2Frame.Headers(1, true, ("x", "y")));
    }

    [Fact]
    public async Task Codes_of_errors()
    {
        Difference known = new("codes of HTTP/2 errors", "error", "code");
        await ExpectAsync(known, "GET", Http2Frame.Headers(1, true, [0xFF, 0x7F]));
        await ExpectAsync(known, "GET", s_head, Http2Frame.WindowUpdate(0, int.MaxValue));
        await ExpectAsync(known, "GET", s_head, new(Http2FrameType.Priority, 0, 1, new byte[4]));
    }

    [Theory]
    [InlineData(0x0C)]
    [InlineData(0xFA)]
    public Task Unknown_frames(int type) => ExpectAsync(
        new Difference("unknown frames of HTTP/2", s_all),
        "GET",
        new Http2Frame((Http2FrameType)type, 0, 0, new byte[3]), s_head, Http2Frame.Data(1, "body", true));

    [Fact]
    public async Task Lengths_and_contents()
    {
        Difference known = new("responses that HTTP/2 contradicts", s_all);
        await ExpectAsync(known, "GET", Http2Frame.Headers(1, false, (":status", "200"), ("content-length", "3")), Http2Frame.Data(1, "body", true));
        await ExpectAsync(known, "GET", Http2Frame.Headers(1, true, (":status", "200"), ("content-length", "x")));
        await ExpectAsync(known, "HEAD", s_head, Http2Frame.Data(1, "body", true));
        await ExpectAsync(known, "GET", Http2Frame.Data(1, ""), s_head, Http2Frame.Data(1, "body", true));
    }

    [Fact]
    public async Task Forbidden_frames()
    {
        Difference known = new("what no HTTP/2 server may send", s_all);
        await ExpectAsync(known, "GET", Http2Frame.Settings((2, 1)), s_head, Http2Frame.Data(1, "body", true));
        await ExpectAsync(known, "GET", Http2Frame.WindowUpdate(2, 1), s_head, Http2Frame.Data(1, "body", true));
    }

    [Fact]
    public Task Servers_that_require_HTTP_1_1() => ExpectAsync(new Difference("HTTP_1_1_REQUIRED", "error"), "GET", Http2Frame.Reset(1, 13));

    [Fact]
    public Task Connections_that_end_after_GOAWAY() => ExpectScriptAsync(
        new Difference("connections that end after GOAWAY", "error", "code"),
        new("GET", [.. Http2Frame.Settings().ToArray(), .. Http2Frame.GoAway(1, 2).ToArray(), .. s_head.ToArray(), 0, 0, 5, 0, 0, 0, 0, 0, 1]));

    [Fact]
    public async Task Requests_that_were_not_processed()
    {
        Difference known = new("what an HTTP/2 server did not process", [.. s_all, "connections"]);
        await ExpectScriptAsync(known, new("POST", Http2Frame.GoAway(0, 0).ToArray()));
        await ExpectAsync(known, "GET", Http2Frame.Headers(1, false, (":status", "103")), Http2Frame.GoAway(0, 0));
    }

    [Fact]
    public Task Connections_that_end_before_SETTINGS() =>
        ExpectScriptAsync(new Difference("connections that end before SETTINGS", "error"), new("GET", [0, 0, 0, 4]));

    [Fact]
    public Task White_space_around_values() =>
        ExpectAsync(new Difference("white space around values in HTTP/2", "headers"), "GET", Http2Frame.Headers(1, true, (":status", "200"), ("x", " padded\t")));

    private static Task ExpectAsync(Difference known, string method, params Http2Frame[] frames) =>
        ExpectScriptAsync(known, new(method, [.. Http2Frame.Settings().ToArray(), .. Http2Frame.SettingsAck().ToArray(), .. frames.SelectMany(static f => f.ToArray())]));

    private static async Task ExpectScriptAsync(Difference known, Http2Script script)
    {
        Http2Outcome theirs = await Http2Outcome.ObserveAsync(isOurs: false, script);
        Http2Outcome ours = await Http2Outcome.ObserveAsync(isOurs: true, script);
        Compare.Judge(theirs.Seen, ours.Seen, known);
        Assert.Contains(Http2Accepted.All, a => a.Row == known.Id && a.Applies(script, theirs, ours));
    }
}
