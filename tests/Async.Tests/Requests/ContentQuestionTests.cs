using System.Net;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

/// <summary>What a content is asked, it is asked once a call, and where it may do anything.</summary>
public sealed class ContentQuestionTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("HttpContent", false)]
    [InlineData("HttpContent", true)]
    [InlineData("length", false)]
    [InlineData("length", true)]
    [InlineData("replayable", false)]
    [InlineData("replayable", true)]
    public void A_content_that_is_asked_may_use_the_same_client_and_block(string question, bool blocking)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(r => ServerReply.Text(r.Target)), isTls: false);
        string address = $"http://localhost:{server.Port}/";
        using PollHttpClient client = new(new PollHttpClientOptions { MaxConnectionsPerServer = 2 });
        GetOnAnotherThread(client, address); // from now on a connection is there to be begun on
        Asking asking = new(() => GetOnAnotherThread(client, address));
        Request request = new("POST", address)
        {
            Content = question switch
            {
                "HttpContent" => new AskedHttpContent(asking),
                "length" => new AskedContent(asking, null),
                _ => new AskedContent(null, asking),
            },
        };
        OnAnotherThread(() =>
        {
            using Response response = blocking ? client.Send(request) : Wait(client.SendAsync(request));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        });
        Assert.Equal(1, asking.Count);
    }

    [Fact]
    public void A_content_is_asked_once_though_it_is_sent_twice()
    {
        using LoopbackServer server = new(
            new ScriptedHttpServer(r => r.Target == "/" ? "HTTP/1.1 307 Go\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n" : ServerReply.Text("ok")), isTls: false);
        using PollHttpClient client = new();
        Asking length = new(() => { });
        Asking replayable = new(() => { });
        using Response response = Wait(client.PostAsync($"http://localhost:{server.Port}/", new AskedContent(length, replayable)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((1, 1), (length.Count, replayable.Count));
    }

    [Theory]
    [InlineData("FromStream", "RequestContent.FromStream")]
    [InlineData("HttpContent", "LyingHttpContent")]
    [InlineData("own", "LyingContent")]
    [InlineData("with progress", "LyingContent")]
    public void An_error_about_its_length_names_the_content(string kind, string name)
    {
        RequestContent content = kind switch
        {
            "FromStream" => RequestContent.FromStream(new MemoryStream(new byte[20]), 10),
            "HttpContent" => RequestContent.FromHttpContent(new LyingHttpContent()),
            "with progress" => new LyingContent().WithProgress(new Progress<UploadProgress>()),
            _ => new LyingContent(),
        };
        HttpRequestException error = Assert.ThrowsAny<HttpRequestException>(() => new UploadScene().Put(content));
        Assert.Contains($"({name})", error.Message, StringComparison.Ordinal);
        Assert.Contains("more bytes than its length of 10 says", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_name_that_is_none_is_quoted()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new UploadScene().Put(RequestContent.FromBytes(new byte[1]), ("X Y", "1")));
        Assert.Contains("'X Y'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dictionaries_with_and_without_null_values_are_forms()
    {
        Dictionary<string, string> plain = new() { ["a"] = "1" };
        Dictionary<string, string?> nullable = new() { ["b"] = null };
        var scene = new UploadScene(ServerReply.Text("x"), ServerReply.Text("x"));
        scene.Put(RequestContent.FromForm(plain));
        scene.Put(RequestContent.FromForm(nullable));
        Assert.Equal(["a=1", "b="], scene.Server.Requests.Select(r => System.Text.Encoding.ASCII.GetString(r.Body.Span)));
    }

    private static void GetOnAnotherThread(PollHttpClient client, string address) => OnAnotherThread(() =>
    {
        using Response response = client.Send(new Request("GET", address));
        response.ReadAsString();
    });

    private static void OnAnotherThread(Action action)
    {
        Exception? error = null;
        Thread thread = new(() => error = Record.Exception(action)) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(s_guard), "The call hangs.");
        Assert.Null(error);
    }

    private static Response Wait(Task<Response> sending)
    {
        Assert.True(((IAsyncResult)sending).AsyncWaitHandle.WaitOne(s_guard));
        return sending.GetAwaiter().GetResult();
    }

    private sealed class Asking(Action act)
    {
        public int Count { get; private set; }

        public void Ask()
        {
            Count++;
            act();
        }
    }

    private sealed class AskedContent(Asking? length, Asking? replayable) : RequestContent
    {
        public override long? Length
        {
            get
            {
                length?.Ask();
                return 3;
            }
        }

        public override bool IsReplayable
        {
            get
            {
                replayable?.Ask();
                return true;
            }
        }

        public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) => sink.WriteAsync("abc"u8.ToArray());
    }

    private sealed class AskedHttpContent(Asking asking) : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => stream.Write("abc"u8);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync("abc"u8.ToArray()).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            asking.Ask();
            length = 3;
            return true;
        }
    }

    private sealed class LyingContent : RequestContent
    {
        public override long? Length => 10;

        public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) => sink.WriteAsync(new byte[20]);
    }

    private sealed class LyingHttpContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[20]).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 10;
            return true;
        }
    }
}
