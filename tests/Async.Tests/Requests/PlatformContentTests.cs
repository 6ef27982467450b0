using System.Net;
using System.Net.Http.Json;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Contents of all types of the platform arrive as the platform's own handler sends them: fields and bytes.</summary>
public sealed class PlatformContentTests
{
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];

    private static readonly Dictionary<string, Func<HttpContent>> s_contents = new()
    {
        ["ByteArray"] = () => new ByteArrayContent(s_bytes),
        ["ByteArray, part"] = () => new ByteArrayContent(s_bytes, 10, 20),
        ["ByteArray, none"] = () => new ByteArrayContent([]),
        ["String"] = () => new StringContent("grün"),
        ["FormUrlEncoded"] = () => new FormUrlEncodedContent([new("a b", "ü&"), new("c", "")]),
        ["ReadOnlyMemory"] = () => new ReadOnlyMemoryContent(s_bytes),
        ["Stream"] = () => new StreamContent(new MemoryStream(s_bytes)),
        ["Stream, from its middle"] = () => new StreamContent(new MemoryStream(s_bytes) { Position = 500 }),
        ["Stream that can't seek"] = () => new StreamContent(new OneWay()),
        ["Json"] = () => JsonContent.Create(Enumerable.Range(0, 5_000)),
        ["Multipart, none"] = () => new MultipartContent("mixed", "fixed"),
        ["Multipart"] = () => All(new MultipartContent("mixed", "fixed")),
        ["related"] = () => All(new MultipartContent("related", "fixed")),
        ["form-data"] = () => new MultipartFormDataContent("fixed") { { new StringContent("1"), "a" }, { new StreamContent(new MemoryStream(s_bytes)), "b", "ü.bin" } },
        ["form-data of a stream that can't seek"] = () => new MultipartFormDataContent("fixed") { { new StreamContent(new OneWay()), "b", "b.bin" } },
        ["nested"] = () => new MultipartContent("mixed", "outer") { new MultipartFormDataContent("inner") { { new StreamContent(new MemoryStream(s_bytes)), "c" } }, All(new MultipartContent("related", "other")) },
        ["nested, of unknown length"] = () => new MultipartContent("mixed", "outer") { new MultipartContent("mixed", "inner") { new Custom(null) }, new StreamContent(new MemoryStream([1])) },
        ["custom with a length"] = () => new Custom(s_bytes.Length),
        ["custom without a length"] = () => new Custom(null),
        ["fields"] = () => new ByteArrayContent([1]) { Headers = { ContentEncoding = { "x" }, ContentLanguage = { "de", "en" }, ContentLocation = new Uri("/a", UriKind.Relative) } },
    };

    public static TheoryData<string, bool> Cases()
    {
        var data = new TheoryData<string, bool>();
        foreach (string content in s_contents.Keys)
        {
            data.Add(content, false);
            data.Add(content, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_content_arrives_as_the_platform_sends_it(string content, bool chunked)
    {
        List<string> expected = await SendAsync("platform", content, chunked);
        Assert.Equal(expected, await SendAsync("handler", content, chunked));

        // Of a content that may be anything, PollHttpClient does not take it that it can be written again.
        bool isRedirected = RequestContent.FromHttpContent(s_contents[content]()).IsReplayable;
        Assert.Equal(expected.Where(e => isRedirected || !IsOfRedirect(e)).ToArray(), (await SendAsync("client", content, chunked)).Where(e => isRedirected || !IsOfRedirect(e)));
    }

    private static bool IsOfRedirect(string seen) => seen.Contains("/redirect", StringComparison.Ordinal);

    /// <summary>Sends it, sends the same object again, and has it redirected with method and content.</summary>
    private static async Task<List<string>> SendAsync(string by, string kind, bool chunked)
    {
        List<string> seen = [];
        ScriptedHttpServer script = new(r => r.Target == "/redirect"
            ? "HTTP/1.1 307 Go\r\nLocation: /redirected\r\nContent-Length: 0\r\n\r\n"
            : ServerReply.Text("ok"));
        using LoopbackServer server = new(script, isTls: false);
        using HttpClient? platform = by == "platform" ? new(new SocketsHttpHandler { UseProxy = false }) : by == "handler" ? new(new PollHttpHandler { UseProxy = false }) : null;
        using PollHttpClient? client = by == "client" ? new() : null;
        using HttpContent again = s_contents[kind]();
        foreach ((string path, HttpContent content) in ((string, HttpContent)[])[("/once", again), ("/twice", again), ("/redirect", s_contents[kind]())])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, $"http://127.0.0.1:{server.Port}{path}") { Content = content };
            request.Headers.TransferEncodingChunked = chunked ? true : null;
            request.Headers.UserAgent.ParseAdd("test");
            try
            {
                if (platform is not null)
                {
                    using HttpResponseMessage response = await platform.SendAsync(request);
                    seen.Add($"{path} {(int)response.StatusCode}");
                }
                else
                {
                    using Response response = await client!.SendAsync(request);
                    seen.Add($"{path} {(int)response.StatusCode}");
                }
            }
            catch (Exception error) when (error is InvalidOperationException or HttpRequestException)
            {
                seen.Add($"{path} failed");
            }

            request.Content = null; // the message does not dispose it
        }

        lock (server.Simulation)
        {
            seen.AddRange(script.Requests.Select(Describe));
        }

        return seen;
    }

    private static string Describe(ServerRequest request)
    {
        string fields = string.Join("\n", request.Headers
            .Where(h => !h.Key.Equals("Host", StringComparison.OrdinalIgnoreCase) && !h.Key.StartsWith("Accept", StringComparison.OrdinalIgnoreCase))
            .Select(h => $"{h.Key}: {h.Value}").Order(StringComparer.Ordinal));
        return $"{request.Method} {request.Target}\n{fields}\n{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(request.Body.Span))} of {request.Body.Length}";
    }

    private static MultipartContent All(MultipartContent content)
    {
        content.Add(new ByteArrayContent([1, 2]));
        content.Add(new StringContent("x"));
        content.Add(new FormUrlEncodedContent([new("a", "b")]));
        content.Add(new ReadOnlyMemoryContent(new byte[3]));
        content.Add(new StreamContent(new MemoryStream(s_bytes)));
        content.Add(JsonContent.Create(new[] { 1, 2 }));
        return content;
    }

    private sealed class OneWay() : MemoryStream(s_bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class Custom(long? length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(s_bytes).AsTask();

        protected override bool TryComputeLength(out long computed)
        {
            computed = length ?? 0;
            return length is not null;
        }
    }
}
