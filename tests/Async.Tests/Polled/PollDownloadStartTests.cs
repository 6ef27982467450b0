using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Polled;

/// <summary>What is wrong with the settings comes out of Start, which may be called again; nothing comes out of Poll.</summary>
public sealed class PollDownloadStartTests : IDisposable
{
    private readonly PollDownloadScene _scene = new();

    public static TheoryData<string> Faulty() =>
    [
        "port", "host", "field", "name", "two hosts", "connection", "te", "expect", "method", "connect", "length", "coding", "long",
        "proxy", "proxy port", "stream", "closed", "scheme", "relative",
    ];

    [Theory]
    [MemberData(nameof(Faulty))]
    public void A_wrong_setting_is_an_ArgumentException_of_Start_and_nothing_has_begun(string what)
    {
        string address = "http://files.test/";
        Stream stream = _scene.Got;
        IList<HeaderField> fields = _scene.Options.Headers;
        switch (what)
        {
            case "port": address = "http://127.0.0.1:0/"; break;
            case "host": address = $"http://{string.Join('.', Enumerable.Repeat(new string('a', 60), 5))}/"; break;
            case "scheme": address = "ftp://files.test/"; break;
            case "relative": address = "/x"; break;
            case "field": fields.Add(new("X-A", "a\nb")); break;
            case "name": fields.Add(new("X A", "b")); break;
            case "two hosts": fields.Add(new("Host", "a")); fields.Add(new("Host", "b")); break;
            case "connection": fields.Add(new("Connection", "X-None")); break;
            case "te": fields.Add(new("TE", "trailers")); break;
            case "expect": fields.Add(new("Expect", "100-continue")); break;
            case "length": fields.Add(new("Content-Length", "5")); break;
            case "coding": fields.Add(new("Transfer-Encoding", "chunked")); break;
            case "long": address += new string('a', 60_000); fields.Add(new("X-A", new string('b', 10_000))); break;
            case "method": _scene.Options.Method = "G T"; break;
            case "connect": _scene.Options.Method = "CONNECT"; break;
            case "proxy": _scene.Options.HttpProxy = new("/relative", UriKind.Relative); break;
            case "proxy port": _scene.Options.HttpProxy = new("http://proxy.test:0/"); break;
            case "stream": stream = new MemoryStream([], writable: false); break;
            case "closed": stream = new MemoryStream(); stream.Dispose(); break;
        }

        Assert.ThrowsAny<ArgumentException>(() => _scene.Download.Start(new(address, UriKind.RelativeOrAbsolute), stream));

        Assert.Equal((PollDownloadResult.NotStarted, PollDownloadResult.NotStarted), (_scene.Download.Result, _scene.Download.Poll()));
        Assert.Equal((Wants.Nothing, 0), (_scene.Download.Wants, _scene.Network.TotalDials));
        fields.Clear();
        _scene.Options.HttpProxy = null;
        _scene.Options.Method = "GET";
        _scene.Serve(_ => ServerReply.Text("hi"));
        Assert.Equal((PollDownloadResult.Success, "hi"), (_scene.Run(), _scene.Text));
    }

    [Fact]
    public void A_proxy_of_another_kind_is_an_error_and_never_bypassed()
    {
        _scene.Options.HttpProxy = new("socks5://proxy.test");
        Assert.Throws<ArgumentException>(() => _scene.Run());
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("closed")]
    [InlineData("throws")]
    [InlineData("flush")]
    public void A_stream_that_fails_is_a_FileWriteError(string what)
    {
        _scene.Serve(_ => ServerReply.Text("hello"));
        MemoryStream stream = what == "fixed" ? new MemoryStream(new byte[2]) : new Failing(what);
        _scene.Download.Start(new("http://files.test/"), stream);
        if (what == "closed")
        {
            stream.Dispose();
        }

        Assert.Equal(PollDownloadResult.FileWriteError, _scene.Finish());
        Assert.NotEmpty(_scene.Download.Error!);
        Assert.Equal(0, _scene.Network.OpenTransports);
    }

    [Theory]
    [InlineData("POST", "content")]
    [InlineData("PUT", "content")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("HEAD", "")]
    [InlineData("OPTIONS", "")]
    public void Method_and_content_are_sent(string method, string content)
    {
        ScriptedHttpServer server = _scene.Serve(r => r.Method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" : ServerReply.Text("done"));
        _scene.Options.Method = method;
        _scene.Options.Content = System.Text.Encoding.UTF8.GetBytes(content);
        _scene.Options.Headers.Add(new("Content-Type", "text/plain"));
        Assert.Equal(PollDownloadResult.Success, _scene.Run());
        Assert.Equal(method == "HEAD" ? "" : "done", _scene.Text);
        ServerRequest request = server.Requests[0];
        Assert.Equal((method, content), (request.Method, System.Text.Encoding.UTF8.GetString(request.Body.Span)));
    }

    [Fact]
    public void A_success_without_content_is_a_success_for_a_stream()
    {
        _scene.Serve(_ => "HTTP/1.1 204 No Content\r\n\r\n");
        _scene.Options.Method = "DELETE";
        Assert.Equal((PollDownloadResult.Success, 204), (_scene.Run(), _scene.Download.ResponseCode));
    }

    [Theory]
    [InlineData(301, "POST", "GET")]
    [InlineData(302, "POST", "GET")]
    [InlineData(303, "POST", "GET")]
    [InlineData(303, "PUT", "GET")]
    [InlineData(303, "HEAD", "HEAD")]
    [InlineData(301, "PUT", "PUT")]
    [InlineData(307, "POST", "POST")]
    [InlineData(308, "POST", "POST")]
    public void A_redirect_keeps_or_drops_method_and_content(int status, string method, string expected)
    {
        ScriptedHttpServer server = _scene.Serve(r => r.Target == "/" ? $"HTTP/1.1 {status} X\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        _scene.Options.Method = method;
        _scene.Options.Content = method == "HEAD" ? default : "content"u8.ToArray();
        _scene.Options.Headers.Add(new("Content-Type", "text/plain"));
        Assert.Equal(PollDownloadResult.Success, _scene.Run());
        ServerRequest last = server.Requests[^1];
        bool keeps = expected == method;
        Assert.Equal((2, expected), (server.Requests.Count, last.Method));
        Assert.Equal(keeps ? "text/plain" : null, last.Header("Content-Type"));
        Assert.Equal(keeps && method != "HEAD" ? 7 : 0, last.Body.Length);
    }

    public void Dispose() => _scene.Dispose();

    private sealed class Failing(string what) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (what == "throws")
            {
                throw new FormatException("no");
            }

            base.Write(buffer);
        }

        public override void Flush()
        {
            if (what == "flush")
            {
                throw new IOException("no");
            }
        }
    }
}
