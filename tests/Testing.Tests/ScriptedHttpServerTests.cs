namespace PollHttp.Testing.Tests;

public class ScriptedHttpServerTests
{
    private readonly SimulatedNetwork _network = new();

    private Wire Connect(IServerScript script)
    {
        _network.Listen(Wire.Server, script);
        var wire = new Wire(_network);
        wire.Open();
        return wire;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Requests_are_read_whole_however_they_are_cut(int piece)
    {
        var server = new ScriptedHttpServer("first", "second", "third");
        using Wire wire = Connect(server);
        string sent = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
            + "PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n"
            + "GET /c HTTP/1.1\r\nHost:  x \r\n\r\n";
        foreach (char[] part in sent.Chunk(piece))
        {
            wire.Write(new string(part));
            wire.Transport.Poll();
        }

        Assert.Equal("firstsecondthird", wire.ReadText());
        Assert.Equal(["POST /a abc", "PUT /b abc0123456789", "GET /c "], server.Requests.Select(r => $"{r.Method} {r.Target} {r.BodyText}"));
        Assert.Equal("x", server.Requests[2].Header("host"));
        Assert.Equal(1, server.Requests[0].ConnectionNumber);
    }

    [Theory]
    [InlineData("GET /\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nbad header\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public void Bad_framing_is_answered_with_400_and_recorded(string request)
    {
        var server = new ScriptedHttpServer();
        using Wire wire = Connect(server);
        wire.Write(request);
        Assert.StartsWith("HTTP/1.1 400 ", wire.ReadText());
        Assert.Single(server.Problems);
    }

    [Fact]
    public void A_request_too_many_throws()
    {
        using Wire wire = Connect(new ScriptedHttpServer());
        wire.Write("GET / HTTP/1.1\r\n\r\n");
        Assert.Contains("one request more: GET /", Assert.Throws<InvalidOperationException>(() => wire.Read()).Message);
    }

    [Fact]
    public void An_expected_100_continue_is_sent_once_before_the_content()
    {
        using Wire wire = Connect(new ScriptedHttpServer("done"));
        wire.Write("PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", wire.ReadText());
        wire.Write("ab");
        wire.Write("cd");
        Assert.Equal("done", wire.ReadText());
    }

    [Fact]
    public void A_dribbled_reply_comes_piece_by_piece_in_virtual_time()
    {
        using Wire wire = Connect(new ScriptedHttpServer(_ => new ServerReply("abcde")
        {
            Delay = TimeSpan.FromSeconds(5),
            DribbleSize = 2,
            DribbleDelay = TimeSpan.FromSeconds(1),
            Then = AfterReply.End,
        }));
        wire.Write("GET / HTTP/1.1\r\n\r\n");
        Assert.Equal(["ab", "cd", "e", "End"], new[] { wire.ReadText(), wire.ReadText(), wire.ReadText(), wire.ReadText() });
        Assert.Equal(TimeSpan.FromSeconds(7), _network.Clock.Elapsed);
    }

    [Fact]
    public void A_reply_may_be_followed_by_a_reset()
    {
        using Wire wire = Connect(new ScriptedHttpServer(new ServerReply("half") { Then = AfterReply.Reset }));
        wire.Write("GET / HTTP/1.1\r\n\r\n");
        Assert.Equal(("half", IoStatus.Failed), wire.ReadToEnd());
    }

    [Fact]
    public void A_text_reply_is_a_complete_response() =>
        Assert.Equal("HTTP/1.1 404 Status\r\nContent-Length: 2\r\n\r\nno", Encoding.Latin1.GetString(ServerReply.Text("no", 404).Bytes.Span));
}
