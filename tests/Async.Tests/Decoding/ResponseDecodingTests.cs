using System.IO.Compression;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Content codings from the wire to the caller.</summary>
public sealed class ResponseDecodingTests
{
    public static TheoryData<string> Codings() => [.. Coded.Names];

    [Theory]
    [MemberData(nameof(Codings))]
    [Trait("rule", "R-201")]
    [Trait("rule", "R-205")]
    [Trait("parity", "P-141")]
    [Trait("ask", "A-13")]
    public void A_body_is_decoded_in_every_shape_and_its_coding_is_out_of_sight(string coding)
    {
        byte[] content = Coded.Prose(500_000);
        byte[] coded = Coded.Encode(coding, content);
        foreach (string shape in new[] { "bytes", "slices", "blocking slices", "reader", "stream", "sync stream" })
        {
            Run(coding, coded, 10_000, async response =>
            {
                Assert.True(response.IsDecoded);
                Assert.False(response.Headers.Contains("Content-Encoding"));
                Assert.False(response.Headers.Contains("Content-Length"));
                Assert.Null(response.ContentLength);
                Assert.Equal("kept", response.Headers.GetCombined("X-Other"));
                Assert.Equal(content, await ReadAsync(response, shape));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void A_body_in_single_bytes_is_decoded(string coding)
    {
        byte[] content = Coded.Prose(2_000);
        Run(coding, Coded.Encode(coding, content), 1, async response => Assert.Equal(content, await response.ReadAsByteArrayAsync()));
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void A_small_body_that_came_with_its_head_is_decoded(string coding)
    {
        byte[] coded = Coded.Encode(coding, "hello"u8);
        string head = $"HTTP/1.1 200 OK\r\nContent-Encoding: {Coded.NameOf(coding).ToUpperInvariant()}\r\nContent-Length: {coded.Length}\r\n\r\n";
        Assert.Equal("hello", Get(new ServerReply((byte[])[.. Encoding.Latin1.GetBytes(head), .. coded])));
    }

    [Theory]
    [MemberData(nameof(Codings))]
    [Trait("rule", "R-208")]
    [Trait("fault", "F-37")]
    public void Data_cut_anywhere_is_told_though_the_framing_is_complete(string coding)
    {
        byte[] content = Coded.Prose(300);
        byte[] coded = Coded.Encode(coding, content);
        for (int cut = 1; cut < coded.Length; cut++)
        {
            PollHttpIOException error = Assert.Throws<PollHttpIOException>(() => Run(coding, coded[..cut], 50, Drain));

            Assert.Equal((FaultKind.TruncatedCoding, HttpRequestError.InvalidResponse), (error.Fault.Kind, error.HttpRequestError));
            Assert.Contains(Coded.NameOf(coding), error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gzip", "gzip: other bytes follow its end")]
    [InlineData("deflate", "deflate: other bytes follow its end")]
    [InlineData("raw deflate", "deflate: other bytes follow its end")]
    [InlineData("br", "br: other bytes follow its end")]
    [Trait("rule", "R-207")]
    [Trait("fault", "F-37")]
    public void Bytes_after_the_end_are_refused_after_the_content_was_given(string coding, string problem)
    {
        byte[] coded = [.. Coded.Encode(coding, "hello"u8), 0, 0, (byte)'x'];
        var seen = new StringBuilder();
        PollHttpIOException error = Assert.Throws<PollHttpIOException>(() => Run(coding, coded, 1000, async response =>
        {
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                seen.Append(Encoding.Latin1.GetString(slice.Span));
            }
        }));

        Assert.Equal("hello", seen.ToString());
        Assert.Equal(FaultKind.MalformedCoding, error.Fault.Kind);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Run(coding, coded, 1000, async response => Assert.Equal("hello", await response.ReadAsStringAsync()), new() { AllowTrailingData = true });
        Run(coding, coded[..^1], 1000, async response => Assert.Equal("hello", await response.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("78")]
    [InlineData("00")]
    [InlineData("0000000000")]
    [InlineData("28B52FFF00")]
    [InlineData("500000000000")]
    [Trait("rule", "R-207")]
    public void Nothing_but_frames_may_follow_a_frame_of_zstd(string after)
    {
        byte[] coded = [.. Coded.Encode("zstd", "hello"u8), .. Convert.FromHexString(after)];
        foreach (int piece in (int[])[1, 3, 1000])
        {
            foreach (bool allow in (bool[])[false, true])
            {
                PollHttpIOException error = Assert.Throws<PollHttpIOException>(
                    () => Run("zstd", coded, piece, Drain, new() { AllowTrailingData = allow }));

                Assert.Equal(FaultKind.MalformedCoding, error.Fault.Kind);
            }
        }
    }

    [Theory]
    [InlineData("28b52ffd60e802a20f0041010000")]
    [InlineData("28b52ffd2001010000")]
    [InlineData("28b52ffd200001080061")]
    [InlineData("28b52ffd0000010000 28b52ffd2001010000")]
    [Trait("rule", "R-208")]
    public void A_frame_of_zstd_has_the_size_that_it_announces(string frame)
    {
        byte[] coded = Convert.FromHexString(frame.Replace(" ", "", StringComparison.Ordinal));
        foreach (int piece in (int[])[1, 2, 5, 1000])
        {
            PollHttpIOException error = Assert.Throws<PollHttpIOException>(() => Run("zstd", coded, piece, Drain));

            Assert.Equal(FaultKind.MalformedCoding, error.Fault.Kind);
        }
    }

    [Fact]
    public void A_coding_that_gives_nothing_for_long_is_no_damage_to_one_behind_it()
    {
        byte[] coded = Convert.FromHexString(
            "1f8b0800000000000003000800f7ff28b52ffd20010900000000ffff000000ffff000000ffff000000ffff010200fdff0078611f16810a000000");
        foreach (int piece in (int[])[1, 2, 3, 1000])
        {
            Run("zstd, gzip", coded, piece, async response => Assert.Equal("x", await response.ReadAsStringAsync()));
        }
    }

    [Theory]
    [InlineData("zstd, zstd")]
    [InlineData("zstd, deflate")]
    [InlineData("zstd, br")]
    [InlineData("zstd, zstd, gzip, zstd, br")]
    public void Zstd_behind_other_codings_does_not_depend_on_the_cut(string codings)
    {
        byte[] content = Coded.Prose(700);
        byte[] coded = content;
        foreach (string coding in codings.Split(", "))
        {
            coded = Coded.Encode(coding, coded);
        }

        foreach (int piece in (int[])[1, 7, 100_000])
        {
            Run(codings, coded, piece, async response => Assert.Equal(content, await response.ReadAsByteArrayAsync()));
        }
    }

    [Theory]
    [InlineData("gzip", -5)]
    [InlineData("deflate", -1)]
    [InlineData("br", 1)]
    [InlineData("zstd", -1)]
    [Trait("rule", "R-209")]
    [Trait("fault", "F-37")]
    public void Damage_is_told(string coding, int index)
    {
        byte[] coded = Coded.Encode(coding, Coded.Prose(5_000));
        coded[index < 0 ? coded.Length + index : index] ^= 0xFF;

        PollHttpIOException error = Assert.Throws<PollHttpIOException>(() => Run(coding, coded, 1000, Drain));

        Assert.Equal(FaultKind.MalformedCoding, error.Fault.Kind);
        Assert.StartsWith("The response to GET http://body.example/ can't be decoded: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("identity", "hello")]
    [InlineData("", "hello")]
    [InlineData(" , ,", "hello")]
    [Trait("rule", "R-202")]
    public void Identity_is_no_coding(string value, string expected) =>
        Assert.Equal(expected, Get($"HTTP/1.1 200 OK\r\nContent-Encoding: {value}\r\nContent-Length: 5\r\n\r\nhello"));

    [Theory]
    [InlineData("compress")]
    [InlineData("gzip, compress")]
    [InlineData("a-coding-with-a-long-name")]
    [Trait("rule", "R-203")]
    public void An_unknown_coding_leaves_bytes_and_fields_alone(string value) => With(
        $"HTTP/1.1 200 OK\r\nContent-Encoding: {value}\r\nContent-Length: 5\r\n\r\nhello",
        async response =>
        {
            Assert.False(response.IsDecoded);
            Assert.Equal(value, response.Headers.GetCombined("Content-Encoding"));
            Assert.Equal(5, response.ContentLength);
            Assert.Equal("hello", await response.ReadAsStringAsync());
        });

    [Fact]
    [Trait("rule", "R-204")]
    public void A_chain_is_undone_from_its_end()
    {
        byte[] content = Coded.Prose(200_000);
        byte[] coded = content;
        string[] chain = ["gzip", "br", "deflate", "zstd", "gzip"];
        foreach (string coding in chain)
        {
            coded = Coded.Encode(coding, coded);
        }

        var scene = new BodyScene(Framing.Chunked, fields: "Content-Encoding: gzip, br\r\nContent-Encoding: deflate\r\nContent-Encoding: zstd , x-gzip\r\n");
        scene.Run(async response =>
        {
            Write(scene, coded, 777);
            Assert.Equal(content, await response.ReadAsByteArrayAsync());
        });
    }

    [Theory]
    [InlineData("Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip\r\n")]
    [InlineData("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Encoding: br\r\nContent-Encoding: br\r\nContent-Encoding: x\r\n")]
    [Trait("rule", "R-204")]
    [Trait("past", "C-02")]
    [Trait("past", "C-03")]
    [Trait("past", "C-33")]
    [Trait("past", "C-54")]
    public void More_than_five_codings_are_refused_however_they_are_spread(string fields)
    {
        PollHttpException error = Assert.Throws<PollHttpException>(
            () => Get($"HTTP/1.1 200 OK\r\n{fields}Content-Length: 5\r\n\r\nhello"));

        Assert.Equal((FaultKind.TooManyCodings, 5L), (error.Fault.Kind, error.Fault.BytesExpected));
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, error.HttpRequestError);
        Assert.True(error.RequestMayHaveBeenProcessed);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\nContent-Length: 50\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [Trait("rule", "R-212")]
    public void No_content_is_no_broken_content(string reply) => Assert.Equal("", Get(reply));

    [Fact]
    [Trait("rule", "R-214")]
    public void A_part_is_neither_asked_for_in_a_coding_nor_decoded()
    {
        byte[] coded = Coded.Encode("gzip", "hello"u8);
        string head = $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-{coded.Length - 1}/100\r\nContent-Encoding: gzip\r\nContent-Length: {coded.Length}\r\n\r\n";
        ScriptedHttpServer server = With(
            new ServerReply((byte[])[.. Encoding.Latin1.GetBytes(head), .. coded]),
            async response => Assert.Equal(coded, await response.ReadAsByteArrayAsync()),
            new Request("GET", "http://coded.example/") { Headers = { { "Range", "bytes=0-" } } });

        Assert.Null(server.Requests[0].Header("Accept-Encoding"));
    }

    [Theory]
    [InlineData(ContentCodings.All, "gzip, deflate, br, zstd")]
    [InlineData(ContentCodings.GZip | ContentCodings.Zstandard, "gzip, zstd")]
    [InlineData(ContentCodings.None, null)]
    [Trait("parity", "P-076")]
    public void Accept_Encoding_says_what_is_decoded(ContentCodings codings, string? expected)
    {
        ScriptedHttpServer server = With(
            "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
            async response =>
            {
                if (codings != ContentCodings.All)
                {
                    Assert.Equal("hello", await response.ReadAsStringAsync());
                    Assert.Equal("br", response.Headers.GetCombined("Content-Encoding"));
                }
            },
            new Request("GET", "http://coded.example/") { Options = new() { AutomaticDecompression = new() { Codings = codings } } });

        Assert.Equal(expected, server.Requests[0].Header("Accept-Encoding"));
    }

    [Theory]
    [InlineData(System.Net.DecompressionMethods.All, ContentCodings.All)]
    [InlineData(System.Net.DecompressionMethods.None, ContentCodings.None)]
    [InlineData(System.Net.DecompressionMethods.GZip, ContentCodings.GZip)]
    [InlineData(System.Net.DecompressionMethods.Deflate | System.Net.DecompressionMethods.Brotli, ContentCodings.Deflate | ContentCodings.Brotli)]
    public void Codings_may_be_named_as_the_platform_names_them(System.Net.DecompressionMethods methods, ContentCodings codings)
    {
        DecompressionOptions options = methods;
        Assert.Equal((codings, new DecompressionOptions().MaxRatio), (options.Codings, options.MaxRatio));
    }

    [Fact]
    public void The_callers_own_Accept_Encoding_stands()
    {
        ScriptedHttpServer server = With(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            _ => Task.CompletedTask,
            new Request("GET", "http://coded.example/") { Headers = { { "accept-encoding", "identity" } } });

        Assert.Equal("identity", Assert.Single(server.Requests[0].Headers, h => h.Key.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase)).Value);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    [Trait("rule", "R-210")]
    [Trait("past", "C-34")]
    [Trait("past", "C-70")]
    public void Reading_one_byte_of_a_bomb_inflates_a_block_at_most(string coding)
    {
        byte[] bomb = Coded.Encode(coding, new byte[20 * 1024 * 1024]);
        Run(coding, bomb, 1_000_000, async response =>
        {
            Stream stream = response.OpenBodyStream();
            Assert.Equal(0, stream.ReadByte());
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                Assert.Equal(0, stream.ReadByte());
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
            await stream.DisposeAsync();
        });
    }

    [Theory]
    [InlineData("br")]
    [InlineData("zstd")]
    [Trait("rule", "R-210")]
    public void A_bomb_is_stopped_by_its_ratio(string coding)
    {
        byte[] bomb = Coded.Encode(coding, new byte[20 * 1024 * 1024], CompressionLevel.Fastest);
        var options = new DecompressionOptions { MaxRatio = 1_000 };

        PollHttpIOException error = Assert.Throws<PollHttpIOException>(() => Run(coding, bomb, 1_000_000, Drain, options));

        Assert.Equal((FaultKind.DecodingRatioTooHigh, HttpRequestError.ConfigurationLimitExceeded), (error.Fault.Kind, error.HttpRequestError));
        Assert.Contains("more than 1,000 times", error.Message, StringComparison.Ordinal);
        Run(coding, bomb, 1_000_000, Drain, new() { MaxRatio = null });
    }

    [Theory]
    [MemberData(nameof(Codings))]
    [Trait("rule", "R-068")]
    [Trait("rule", "R-210")]
    public void A_body_is_stopped_at_the_limit_of_decoded_bytes(string coding)
    {
        byte[] content = Coded.Prose(300_000);
        byte[] coded = Coded.Encode(coding, content);

        PollHttpIOException error = Assert.Throws<PollHttpIOException>(
            () => Run(coding, coded, 1000, Drain, new() { MaxDecodedBytes = content.Length - 1 }));

        Assert.Equal((FaultKind.DecodedBodyTooLarge, 299_999L), (error.Fault.Kind, error.Fault.BytesExpected));
        Assert.Contains("299,999 bytes", error.Message, StringComparison.Ordinal);
        Run(coding, coded, 1000, Drain, new() { MaxDecodedBytes = content.Length });
    }

    [Fact]
    [Trait("rule", "R-211")]
    public void A_window_of_more_than_8_MiB_is_refused()
    {
        // A frame with a window of 16 MiB and one raw block (RFC 8878 §3.1.1).
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 14 << 3, 0x09, 0x00, 0x00, (byte)'x'];
        PollHttpIOException error = Assert.Throws<PollHttpIOException>(() => Run("zstd", frame, 100, Drain));
        Assert.Contains("a window of more than 8 MiB", error.Message, StringComparison.Ordinal);

        // One that announces its content besides, so that it could be decoded without a window.
        byte[] announced = [0x28, 0xB5, 0x2F, 0xFD, 0x80, 14 << 3, 1, 0, 0, 0, 0x09, 0x00, 0x00, (byte)'x'];
        Assert.Throws<PollHttpIOException>(() => Run("zstd", announced, 100, Drain));
        announced[5] = 13 << 3;
        Run("zstd", announced, 100, async response => Assert.Equal("x", await response.ReadAsStringAsync()));

        frame[5] = 13 << 3;
        Run("zstd", frame, 100, async response => Assert.Equal("x", await response.ReadAsStringAsync()));

        // The byte that begins "large window" Brotli data.
        error = Assert.Throws<PollHttpIOException>(() => Run("br", [0x11, 0x19, 0x00, 0x00, 0x00], 100, Drain));
        Assert.Equal(FaultKind.MalformedCoding, error.Fault.Kind);
    }

    [Fact]
    [Trait("ask", "A-13")]
    public void Frames_of_zstd_are_put_together_and_skippable_ones_left_out()
    {
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        byte[] coded = [.. Coded.Encode("zstd", "hello"u8), .. skippable, .. Coded.Encode("zstd", "world"u8)];

        Run("zstd", coded, 1, async response => Assert.Equal("helloworld", await response.ReadAsStringAsync()));
        Run("zstd", coded, 1000, async response => Assert.Equal("helloworld", await response.ReadAsStringAsync()));
    }

    [Fact]
    public void A_connection_that_breaks_gives_what_can_be_decoded_and_then_its_fault()
    {
        byte[] content = Coded.Prose(50_000);
        byte[] coded = Coded.Encode("gzip", content);
        var scene = new BodyScene(Framing.Chunked, fields: "Content-Encoding: gzip\r\n");
        var seen = new MemoryStream();
        PollHttpIOException error = Assert.Throws<PollHttpIOException>(() => scene.Run(async response =>
        {
            scene.Write(coded.AsSpan(0, coded.Length / 2));
            scene.Peer!.Reset(afterData: true);
            await response.CopyToAsync(seen);
        }));

        Assert.Equal(FaultKind.ConnectionReset, error.Fault.Kind);
        Assert.InRange(seen.Length, 1, content.Length - 1);
        Assert.True(content.AsSpan().StartsWith(seen.ToArray()));
    }

    [Fact]
    public void Trailers_come_after_a_decoded_body_too_and_the_connection_is_kept()
    {
        var scene = new BodyScene(Framing.Chunked, fields: "Content-Encoding: gzip\r\n") { Trailers = "Digest: x\r\n" };
        scene.Run(async response =>
        {
            Write(scene, Coded.Encode("gzip", "hello"u8), 5);
            Assert.Equal("hello", await response.ReadAsStringAsync());
            Assert.Equal("Digest", Assert.Single(response.Trailers).Name);
            await Task.Yield();
            Assert.Equal(1, scene.Network.OpenTransports);
        });
    }

    private static async Task Drain(Response response)
    {
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            Assert.False(slice.IsEmpty);
        }
    }

    private static void Run(string coding, byte[] coded, int pieceSize, Func<Response, Task> test, DecompressionOptions? options = null)
    {
        var scene = new BodyScene(Framing.Chunked, fields: $"Content-Encoding: {Coded.NameOf(coding)}\r\nX-Other: kept\r\n");
        if (options is not null)
        {
            scene.Options.AutomaticDecompression = options;
        }

        scene.Run(response =>
        {
            Write(scene, coded, pieceSize);
            return test(response);
        });
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    private static void Write(BodyScene scene, byte[] bytes, int pieceSize)
    {
        for (int at = 0; at < bytes.Length; at += pieceSize)
        {
            scene.Write(bytes.AsSpan(at, Math.Min(pieceSize, bytes.Length - at)));
        }

        scene.End();
    }

    private static string Get(ServerReply reply)
    {
        string text = "";
        With(reply, async response => text = await response.ReadAsStringAsync());
        return text;
    }

    private static ScriptedHttpServer With(ServerReply reply, Func<Response, Task> test, Request? request = null)
    {
        var network = new SimulatedNetwork();
        var server = new ScriptedHttpServer(reply);
        network.Listen("coded.example", 80, server);
        LoopDrive.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                using Response response = await client.SendAsync(request ?? new Request("GET", "http://coded.example/"));
                await test(response);
            },
            network);
        return server;
    }

    private static async Task<byte[]> ReadAsync(Response response, string shape)
    {
        var copy = new MemoryStream();
        byte[] some = new byte[1_000];
        switch (shape)
        {
            case "slices":
                await foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    copy.Write(slice.Span);
                }

                break;
            case "blocking slices":
                foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    copy.Write(slice.Span);
                }

                break;
            case "reader":
                await response.BodyReader.CopyToAsync(copy);
                break;
            case "stream":
                await response.OpenBodyStream().CopyToAsync(copy);
                break;
            case "sync stream":
                Stream stream = response.OpenBodyStream();
                for (int count = stream.Read(some); count > 0; count = stream.Read(some))
                {
                    copy.Write(some, 0, count);
                }

                break;
            default:
                return await response.ReadAsByteArrayAsync();
        }

        return copy.ToArray();
    }
}
