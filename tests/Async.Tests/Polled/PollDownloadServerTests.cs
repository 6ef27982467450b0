using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Polled;

/// <summary>Whatever a server sends, or does not send, is a result; never an exception out of Poll.</summary>
public sealed class PollDownloadServerTests : IDisposable
{
    private readonly PollDownloadScene _scene = new();

    [Theory]
    [InlineData("", true, PollDownloadResult.NoResponse)]
    [InlineData("", false, PollDownloadResult.NoResponse)]
    [InlineData("220 mail.test ESMTP\r\n", true, PollDownloadResult.ConnectionError)]
    [InlineData("220 mail.test ESMTP\r\n", false, PollDownloadResult.ConnectionError)]
    public void A_server_that_greets_or_closes_at_once_gives_a_result(string greeting, bool ends, PollDownloadResult expected)
    {
        _scene.Network.Listen("files.test", 80, new AtOnce(greeting, ends));
        foreach (double step in (double[])[0.1, 1, 1_000])
        {
            _scene.Download.Start(new("http://files.test/"), _scene.Got);
            for (int i = 0; !_scene.Download.IsOver && i < 1_000; i++)
            {
                _scene.Download.Poll();
                _scene.Network.Advance(TimeSpan.FromMilliseconds(step));
            }

            Assert.Equal(expected, _scene.Download.Result);
            Assert.Contains("files.test", _scene.Download.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("http://127.0.0.1:99999/")]
    [InlineData("http://:80/")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("//")]
    [InlineData("http://[::1/")]
    [InlineData("http://[::1]x/")]
    [InlineData("http://a b/")]
    [InlineData("http://files.test\\@other.test/")]
    [InlineData("http://user@a@b/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://a..b/")]
    [InlineData("http://%61.test/")]
    [InlineData("ftp://files.test/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:,x")]
    [InlineData("javascript:x")]
    [InlineData("mailto:a@b.test")]
    [InlineData("http://xn--.test/")]
    [InlineData("HOST300")]
    [InlineData("PATH70000")]
    [InlineData("RAW30000")]
    public void A_redirect_to_what_cannot_be_requested_is_refused_and_changes_nothing(string location)
    {
        location = location switch
        {
            "HOST300" => $"http://{string.Join('.', Enumerable.Repeat(new string('a', 60), 5))}/",
            "PATH70000" => "/" + new string('a', 40_000) + "?" + new string('b', 40_000),
            "RAW30000" => "/" + new string('\xC3', 30_000),
            _ => location,
        };
        ScriptedHttpServer server = _scene.Serve(r => r.Target == "/start" ? Location(location) : Text("wrong"));

        PollDownloadResult result = _scene.Run("http://files.test/start");

        // Some of these are names like any other to the address reader, and then nobody has them.
        Assert.True(result is PollDownloadResult.RedirectRefused or PollDownloadResult.CantResolve or PollDownloadResult.UnexpectedStatus or PollDownloadResult.ConnectionError, $"{result}");
        Assert.NotNull(_scene.Download.Error);
        Assert.Equal("", _scene.Text);
        if (result == PollDownloadResult.RedirectRefused)
        {
            Assert.Equal(("http://files.test/start", 0, 302), (_scene.Download.Address!.OriginalString, _scene.Download.Redirects, _scene.Download.ResponseCode));
            Assert.Single(server.Requests);
            Assert.Equal(1, _scene.Network.TotalDials);
        }

        Assert.Equal(result, _scene.Download.Poll());
    }

    [Theory]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("ftp://files.test/")]
    [InlineData("PATH70000")]
    public void Such_a_redirect_is_RedirectRefused(string location)
    {
        _scene.Serve(_ => Location(location == "PATH70000" ? "/" + new string('a', 5_000) + "?" + new string('\xff', 22_000) : location));
        Assert.Equal(PollDownloadResult.RedirectRefused, _scene.Run());
    }

    [Fact]
    public void An_empty_Location_leads_nowhere()
    {
        ScriptedHttpServer server = _scene.Serve(_ => "HTTP/1.1 302 Found\r\nLocation: \r\nContent-Length: 2\r\n\r\nhi");
        Assert.Equal((PollDownloadResult.UnexpectedStatus, 302), (_scene.Run(), _scene.Download.ResponseCode));
        Assert.Single(server.Requests);
        _scene.Options.AcceptAnyStatus = true;
        Assert.Equal((PollDownloadResult.Success, "hi"), (_scene.Run(), _scene.Text));
    }

    [Fact]
    public void Two_Locations_that_differ_are_refused()
    {
        _scene.Serve(_ => "HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(PollDownloadResult.RedirectRefused, _scene.Run());
    }

    [Fact]
    public void A_host_in_raw_UTF_8_is_followed()
    {
        _scene.Serve(_ => Location("http://b\xc3\xbc" + "cher.test/x"));
        ScriptedHttpServer there = _scene.Serve(_ => Text("there"), "xn--bcher-kva.test");
        Assert.Equal((PollDownloadResult.Success, "there"), (_scene.Run(), _scene.Text));
        Assert.Equal("xn--bcher-kva.test", there.Requests[0].Header("Host"));
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("Cookie2")]
    [InlineData("Proxy-Authorization")]
    [InlineData("X-Api-Key")]
    [InlineData("Api-Key")]
    [InlineData("PRIVATE-TOKEN")]
    [InlineData("x-auth-token")]
    [InlineData("X-Access-Token")]
    [InlineData("X-CSRF-Token")]
    [InlineData("X-XSRF-Token")]
    [InlineData("X-Amz-Security-Token")]
    [InlineData("X-Goog-Api-Key")]
    [Trait("rule", "R-165")]
    public void Every_known_secret_stays_with_its_origin(string name)
    {
        foreach (string elsewhere in (string[])["http://other.test/", "http://files.test:81/", "https://files.test/"])
        {
            ScriptedHttpServer first = _scene.Serve(_ => Location(elsewhere));
            Uri to = new(elsewhere);
            ScriptedHttpServer second = _scene.Serve(_ => Text("x"), to.Host, to.Port);
            _scene.Options.Headers.Clear();
            _scene.Options.Headers.Add(new(name, "secret"));
            _scene.Options.Headers.Add(new("X-Own", "stays"));
            Assert.Equal(PollDownloadResult.Success, _scene.Run());
            Assert.Equal(("secret", (string?)null, "stays"), (first.Requests[0].Header(name)!, second.Requests[0].Header(name), second.Requests[0].Header("X-Own")!));
        }
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(304)]
    [InlineData(300)]
    [InlineData(700)]
    public void An_unexpected_status_writes_nothing_unless_it_is_accepted(int status)
    {
        _scene.Serve(_ => status == 304 ? "HTTP/1.1 304 Not Modified\r\n\r\n" : ServerReply.Text("error page", status));
        Assert.Equal((PollDownloadResult.UnexpectedStatus, status), (_scene.Run(), _scene.Download.ResponseCode));
        Assert.Equal((0, 0L), (_scene.Got.Length, _scene.Download.WrittenBytes));
        Assert.Contains($"files.test: the server answered with status {status}", _scene.Download.Error, StringComparison.Ordinal);

        _scene.Options.AcceptAnyStatus = true;
        Assert.Equal((PollDownloadResult.Success, status), (_scene.Run(), _scene.Download.ResponseCode));
        Assert.Equal(status == 304 ? "" : "error page", _scene.Text);
    }

    [Fact]
    public void The_status_of_one_response_is_not_that_of_the_next_request()
    {
        _scene.Serve(r => r.Target == "/hop" ? Location("http://slow.test/") : Text("first"));
        _scene.Network.Listen("slow.test", 80, new ScriptedHttpServer(_ => new("HTTP/1.1 204 No Content\r\n\r\n") { Delay = TimeSpan.FromMilliseconds(50) }));
        Assert.Equal((PollDownloadResult.Success, 200), (_scene.Run(), _scene.Download.ResponseCode));
        _scene.Download.Start(new("http://files.test/hop"), _scene.Got);
        Assert.Equal(0, _scene.Download.ResponseCode);
        Assert.Empty(_scene.Download.ResponseHeaders);
        while (_scene.Download.Redirects == 0)
        {
            _scene.Download.Poll();
            _scene.Network.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(0, _scene.Download.ResponseCode);
        Assert.Empty(_scene.Download.ResponseHeaders);
        Assert.Equal((PollDownloadResult.Success, 204), (_scene.Finish(), _scene.Download.ResponseCode));
    }

    [Fact]
    public void Only_what_was_written_counts_as_written()
    {
        _scene.Serve(_ => Text("0123456789"));
        _scene.Options.BodySizeLimit = 10;
        _scene.Download.Start(new("http://files.test/"), new MemoryStream(new byte[4]));
        Assert.Equal(PollDownloadResult.FileWriteError, _scene.Finish());
        Assert.Equal((0L, 10L), (_scene.Download.WrittenBytes, _scene.Download.DownloadedBytes));
        _scene.Serve(_ => "HTTP/1.1 200 OK\r\n\r\n0123456789");
        _scene.Options.BodySizeLimit = 9;
        _scene.Network.Listen("files.test", 80, new ScriptedHttpServer(_ => new("HTTP/1.1 200 OK\r\n\r\n0123456789") { Then = AfterReply.End }));
        Assert.Equal((PollDownloadResult.BodySizeLimitExceeded, 0L), (_scene.Run(), _scene.Download.WrittenBytes));
        Assert.Equal("", _scene.Text);
    }

    public void Dispose() => _scene.Dispose();

    private static ServerReply Location(string target) => $"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n";

    private static ServerReply Text(string body) => ServerReply.Text(body);

    private sealed class AtOnce(string greeting, bool ends) : IServerScript
    {
        public void OnConnected(ServerPeer peer)
        {
            peer.Send(greeting);
            if (ends)
            {
                peer.End();
            }
            else
            {
                peer.Reset(afterData: true);
            }
        }

        public void OnReceived(ServerPeer peer) => peer.Consume(peer.Received.Length);

        public void OnEnd(ServerPeer peer) => peer.Close();

        public void OnTimer(ServerPeer peer, int token)
        {
        }
    }
}
