using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class WrappedContentTests
{
    private static readonly byte[] s_bytes = MakeBytes();

    private static byte[] MakeBytes()
    {
        byte[] bytes = new byte[500_000];
        new Random(2).NextBytes(bytes.AsSpan(0, 250_000));
        return bytes;
    }

    public static TheoryData<string> Shapes() => [.. ContentShapes.All.Keys];

    public static TheoryData<ContentCodings, string> ShapesAndCodings()
    {
        var data = new TheoryData<ContentCodings, string>();
        foreach (ContentCodings coding in new[] { ContentCodings.GZip, ContentCodings.Deflate, ContentCodings.Brotli })
        {
            foreach (string shape in ContentShapes.All.Keys)
            {
                data.Add(coding, shape);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ShapesAndCodings))]
    [Trait("ask", "A-14")]
    public void Compressed_content_is_what_the_server_decompresses(ContentCodings coding, string shape)
    {
        var scene = new UploadScene();

        scene.Put(ContentShapes.All[shape](s_bytes).Compress(coding));

        using var copy = new MemoryStream();
        ContentShapes.All[shape](s_bytes).Compress(coding).CopyTo(copy);
        Assert.Equal(s_bytes, Decompress(coding, copy.ToArray()));
        Assert.Equal(s_bytes, Decompress(coding, scene.Request.Body.ToArray()));
        Assert.Equal(coding switch { ContentCodings.GZip => "gzip", ContentCodings.Brotli => "br", _ => "deflate" }, scene.Request.Header("Content-Encoding"));
        Assert.True(scene.Request.Body.Length < 300_000);
    }

    [Theory]
    [InlineData(ContentCodings.None)]
    [InlineData(ContentCodings.Zstandard)]
    [InlineData(ContentCodings.GZip | ContentCodings.Brotli)]
    public void Content_is_compressed_by_one_coding_that_can_be_written(ContentCodings coding) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestContent.FromBytes(s_bytes).Compress(coding));

    [Fact]
    public void Content_that_fails_inside_a_compressor_is_not_ended_as_if_it_were_whole()
    {
        var scene = new UploadScene();

        Assert.Throws<FormatException>(() => scene.Put(RequestContent.FromWriter(async (writer, _) =>
        {
            await writer.WriteAsync(s_bytes, CancellationToken.None);
            throw new FormatException();
        }).Compress(ContentCodings.GZip)));

        Assert.Empty(scene.Server.Requests);
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [Trait("ask", "A-03")]
    public void Progress_grows_step_by_step_to_the_whole(string shape)
    {
        var reports = new List<UploadProgress>();
        RequestContent content = ContentShapes.All[shape](s_bytes);

        new UploadScene().Put(content.WithProgress(new Reports(reports)));

        Assert.Equal(new UploadProgress(s_bytes.Length, content.Length), reports[^1]);
        Assert.True(reports.Count >= s_bytes.Length / 65536);
        Assert.True(reports.Zip(reports.Skip(1)).All(pair => pair.First.Bytes < pair.Second.Bytes));
        Assert.Equal(content.Length is null ? null : 1.0, reports[^1].Fraction);
    }

    [Fact]
    [Trait("ask", "A-03")]
    public void Progress_is_of_what_has_left_not_of_what_was_read()
    {
        var reports = new List<UploadProgress>();
        var script = new Stuck();
        var scene = new UploadScene(script, new() { SendWindow = 100_000 });
        scene.Options.Timeout = TimeSpan.FromSeconds(1);

        Assert.ThrowsAny<OperationCanceledException>(() => scene.Put(RequestContent.FromBytes(s_bytes).WithProgress(new Reports(reports))));

        Assert.Equal([65536], reports.Select(r => r.Bytes));
    }

    [Fact]
    [Trait("ask", "A-18")]
    public void Contents_of_HttpClient_are_taken_with_their_fields()
    {
        var scene = new UploadScene() { IsSteady = true };
        var content = new StringContent("häl", System.Text.Encoding.UTF8, "text/x");
        content.Headers.ContentLanguage.Add("de");

        scene.Put(content);

        Assert.Equal("text/x; charset=utf-8", scene.Request.Header("Content-Type"));
        Assert.Equal("de", scene.Request.Header("Content-Language"));
        Assert.Equal("4", scene.Request.Header("Content-Length"));
        Assert.Single(scene.Sends);
    }

    [Fact]
    public void A_field_of_the_request_stands_above_that_of_its_content()
    {
        var scene = new UploadScene();

        scene.Put(new StringContent("x"), ("content-type", "application/own"));

        Assert.Equal(["application/own"], scene.Request.Headers.Where(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Select(h => h.Value));
    }

    public static TheoryData<string> HttpContents() => ["bytes", "stream", "json", "multipart", "own", "dribs"];

    [Theory]
    [MemberData(nameof(HttpContents))]
    public async Task HttpContent_of_any_kind_sends_the_bytes_it_writes(string kind)
    {
        HttpContent content = MakeHttpContent(kind);
        byte[] expected = await content.ReadAsByteArrayAsync();
        var scene = new UploadScene();

        scene.Put(MakeHttpContent(kind));
        using var copy = new MemoryStream();
        if (kind != "own")
        {
            RequestContent.FromHttpContent(MakeHttpContent(kind)).CopyTo(copy);
            Assert.Equal(expected, copy.ToArray());
        }

        Assert.Equal(expected, scene.Request.Body.ToArray());
    }

    [Fact]
    public void Small_writes_of_a_content_share_a_chunk()
    {
        var scene = new UploadScene() { IsSteady = true };

        scene.Put(MakeHttpContent("dribs"));

        Assert.Equal("chunked", scene.Request.Header("Transfer-Encoding"));
        Assert.Equal(2, scene.Sends.Count);
    }

    [Theory]
    [InlineData("bytes", true)]
    [InlineData("stream", true)]
    [InlineData("json", true)]
    [InlineData("multipart", true)]
    [InlineData("own", false)]
    public void HttpContent_is_replayable_where_that_is_known(string kind, bool expected) =>
        Assert.Equal(expected, RequestContent.FromHttpContent(MakeHttpContent(kind)).IsReplayable);

    [Theory]
    [InlineData("multipart of a stream")]
    [InlineData("nested multipart")]
    [InlineData("multipart of all")]
    [InlineData("stream that can't seek")]
    public void Asking_a_HttpContent_changes_nothing_of_what_it_sends(string kind)
    {
        HttpContent asked = MakeHttpContent(kind);
        RequestContent content = RequestContent.FromHttpContent(asked);
        _ = (content.IsReplayable, content.Length, content.IsReplayable);

        Assert.Equal(Written(MakeHttpContent(kind)), Written(asked));
    }

    [Theory]
    [InlineData("multipart of a stream", true)]
    [InlineData("nested multipart", true)]
    [InlineData("multipart of all", true)]
    [InlineData("stream that can't seek", false)]
    [InlineData("multipart of a stream that can't seek", false)]
    public void HttpContents_of_parts_arrive_as_they_write_themselves_and_again(string kind, bool isReplayable)
    {
        byte[] expected = Written(MakeHttpContent(kind));
        RequestContent content = MakeHttpContent(kind);
        Assert.Equal(isReplayable, content.IsReplayable);
        foreach (bool once in (bool[])[true, false])
        {
            if (once || isReplayable)
            {
                var scene = new UploadScene();
                Assert.Equal(200, scene.Put(content));
                Assert.Equal(expected, scene.Request.Body.ToArray());
            }
        }
    }

    private static byte[] Written(HttpContent content)
    {
        using var copy = new MemoryStream();
        content.CopyTo(copy, null, default);
        return copy.ToArray();
    }

    private static HttpContent MakeHttpContent(string kind) => kind switch
    {
        "multipart of a stream" => new MultipartFormDataContent("fixed") { { new StringContent("1"), "a" }, { new StreamContent(new MemoryStream(s_bytes)), "b", "b.bin" } },
        "nested multipart" => new MultipartContent("mixed", "outer") { new MultipartFormDataContent("inner") { { new StreamContent(new MemoryStream([1, 2, 3])), "c" } }, new StreamContent(new MemoryStream(s_bytes)) },
        "multipart of all" => new MultipartContent("related", "fixed")
        {
            new ByteArrayContent([1, 2]), new StringContent("x"), new FormUrlEncodedContent([new("a", "b")]), new ReadOnlyMemoryContent(new byte[3]),
            new StreamContent(new MemoryStream([7])), JsonContent.Create(new[] { 1, 2 }),
        },
        "stream that can't seek" => new StreamContent(new OneWay()),
        "multipart of a stream that can't seek" => new MultipartContent("mixed", "fixed") { new StreamContent(new OneWay()) },
        "bytes" => new ByteArrayContent(s_bytes),
        "stream" => new StreamContent(new MemoryStream(s_bytes)),
        "json" => JsonContent.Create(Enumerable.Range(0, 50_000)),
        "multipart" => new MultipartFormDataContent("fixed") { { new StringContent("1"), "a" }, { new ByteArrayContent(s_bytes), "b", "b.bin" } },
        "dribs" => new DribsContent(),
        _ => new PushContent(),
    };

    private static byte[] Decompress(ContentCodings coding, byte[] bytes)
    {
        using var source = new MemoryStream(bytes);
        using Stream decoder = coding switch
        {
            ContentCodings.GZip => new GZipStream(source, CompressionMode.Decompress),
            ContentCodings.Brotli => new BrotliStream(source, CompressionMode.Decompress),
            _ => new ZLibStream(source, CompressionMode.Decompress),
        };
        using var whole = new MemoryStream();
        decoder.CopyTo(whole);
        return whole.ToArray();
    }

    private sealed class OneWay() : MemoryStream([1, 2, 3])
    {
        public override bool CanSeek => false;
    }

    private sealed class Reports(List<UploadProgress> reports) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => reports.Add(value);
    }

    private sealed class Stuck : IServerScript
    {
        public void OnConnected(ServerPeer peer) => peer.StopReading();

        public void OnReceived(ServerPeer peer)
        {
        }

        public void OnEnd(ServerPeer peer)
        {
        }
    }

    private sealed class PushContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (int sent = 0; sent < s_bytes.Length; sent += 50_000)
            {
                await stream.WriteAsync(s_bytes.AsMemory(sent, 50_000));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class DribsContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (int i = 0; i < 1000; i++)
            {
                await stream.WriteAsync("drib"u8.ToArray());
            }
        }

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            for (int i = 0; i < 1000; i++)
            {
                stream.Write("drib"u8);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
