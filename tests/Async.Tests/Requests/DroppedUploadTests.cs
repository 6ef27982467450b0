using System.Runtime.CompilerServices;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

/// <summary>A response that is dropped undisposed is collected, whatever content its request had.</summary>
[Trait("fault", "F-58")]
public sealed class DroppedUploadTests
{
    private const int Count = 3;

    private static readonly byte[] s_bytes = new byte[10_000];

    private static readonly Dictionary<string, Func<RequestContent?>> s_contents = new()
    {
        ["none"] = () => null,
        ["trailers"] = () => WithTrailers(),
        ["compressed"] = () => RequestContent.FromBytes(s_bytes).Compress(ContentCodings.GZip),
        ["multipart"] = () => new MultipartForm().Add("a", RequestContent.FromStream(new MemoryStream(s_bytes))),
        ["StreamContent"] = () => RequestContent.FromHttpContent(new StreamContent(new MemoryStream(s_bytes))),
        ["hopping"] = () => HoppingContents.All["own"](s_bytes),
    };

    public static TheoryData<string, bool> Cases()
    {
        var data = new TheoryData<string, bool>();
        foreach (string content in s_contents.Keys.Concat(ContentShapes.All.Keys))
        {
            data.Add(content, false);
            data.Add(content, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_dropped_response_is_collected(string content, bool blocking)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 300_000))), isTls: false);
        using PollHttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        for (int i = 0; i < Count; i++)
        {
            Drop(client, server.Port, Make(content), blocking);
        }

        Assert.True(CollectUntil(() => client.Pool.OpenConnections == 0), GoodEnd.Describe(client.Pool));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_dropped_response_is_collected_though_its_content_goes_on(bool waitsForServer)
    {
        TaskCompletionSource never = new();
        using LoopbackServer server = new(
            new HeadServer(peer => peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{new string('x', 300_000)}")), isTls: false);
        using PollHttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        Drop(client, server.Port, RequestContent.FromWriter(async (writer, _) =>
        {
            await writer.WriteAsync(new byte[waitsForServer ? 10_000_000 : 10], CancellationToken.None);
            await never.Task;
        }), false);
        Assert.True(CollectUntil(() => client.Pool.OpenConnections == 0), GoodEnd.Describe(client.Pool));
    }

    [Theory]
    [InlineData("StreamContent", false)]
    [InlineData("StreamContent", true)]
    [InlineData("multipart", false)]
    [InlineData("multipart", true)]
    public void A_dropped_response_of_the_handler_is_collected(string content, bool blocking)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 300_000))), isTls: false);
        using HttpClient client = new(new PollHttpHandler { MaxConnectionsPerServer = Count }) { Timeout = Timeout.InfiniteTimeSpan };
        for (int i = 0; i < Count; i++)
        {
            DropOfHandler(client, server.Port, content, blocking);
        }

        Task<HttpResponseMessage> next = client.GetAsync($"http://localhost:{server.Port}/", HttpCompletionOption.ResponseHeadersRead);
        Assert.True(CollectUntil(() => next.IsCompleted), "No connection has become free.");
        DisposeOf(next);
    }

    private static void DisposeOf(Task<HttpResponseMessage> sending) => sending.GetAwaiter().GetResult().Dispose();

    private static RequestContent? Make(string content) =>
        s_contents.TryGetValue(content, out Func<RequestContent?>? make) ? make() : ContentShapes.All[content](s_bytes);

    private static RequestContent WithTrailers()
    {
        RequestContent content = RequestContent.FromBytes(s_bytes);
        content.Trailers.Add("X-Sum", "1");
        return content;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(PollHttpClient client, int port, RequestContent? content, bool blocking)
    {
        Request request = new(content is null ? "GET" : "POST", $"http://localhost:{port}/") { Content = content };
        OnOwnStack(() => _ = blocking ? client.Send(request) : client.SendAsync(request).Result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropOfHandler(HttpClient client, int port, string content, bool blocking)
    {
        OnOwnStack(() =>
        {
            HttpRequestMessage request = new(HttpMethod.Post, $"http://localhost:{port}/")
            {
                Content = content == "multipart"
                    ? new MultipartFormDataContent { { new StreamContent(new MemoryStream(s_bytes)), "a" } }
                    : new StreamContent(new MemoryStream(s_bytes)),
            };
            _ = blocking
                ? client.Send(request, HttpCompletionOption.ResponseHeadersRead)
                : client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Result;
        });
    }

    /// <summary>On a stack that ends, and holds nothing afterwards.</summary>
    private static void OnOwnStack(Action action)
    {
        Exception? error = null;
        Thread thread = new(() => error = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(error);
    }

    private static bool CollectUntil(Func<bool> isOver) => SpinWait.SpinUntil(
        () =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return isOver();
        },
        TimeSpan.FromSeconds(30));
}
