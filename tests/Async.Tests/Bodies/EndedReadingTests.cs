using System.IO.Pipelines;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>A response that is disposed or aborted while its body is read: the reader hears of it, whatever the body is made of and however
/// it is read.</summary>
public sealed class EndedReadingTests
{
    private static readonly string[] s_shapes =
        ["slices", "blocking slices", "copy", "blocking copy", "stream", "sync stream", "stream copy", "sync stream copy", "pipe", "pipe examined", "content"];

    public static TheoryData<string, int, bool, bool, string> Cases()
    {
        var cases = new TheoryData<string, int, bool, bool, string>();
        foreach (string coding in (string[])["", "gzip", "br", "zstd", "deflate, gzip"])
        {
            foreach (int length in (int[])[300, 20_000, 300_000])
            {
                foreach (string shape in s_shapes)
                {
                    cases.Add(coding, length, true, length == 300, shape);
                    cases.Add(coding, length, false, length != 300, shape);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reader_under_way_sees_that_it_was_ended(string coding, int length, bool dispose, bool watched, string shape)
    {
        byte[] content = Coded.Prose(length);
        foreach (string arrival in (string[])["with the head", "whole", "in part"])
        {
            var seen = new MemoryStream();
            int ends = 0;
            void End(Response response)
            {
                ends++;
                if (dispose)
                {
                    response.Dispose();
                }
                else
                {
                    response.Abort();
                }
            }

            Exception? error = Record.Exception(() => Run(coding, content, arrival, watched, response => ReadAsync(response, shape, seen, () => End(response))));

            Assert.True(error is ObjectDisposedException, $"{arrival}: {error?.ToString() ?? "a clean end"}");
            Assert.Equal(1, ends);
            Assert.True(content.AsSpan().StartsWith(seen.ToArray()), $"{arrival}: other bytes");
        }
    }

    [Theory]
    [InlineData("", "whole")]
    [InlineData("", "in part")]
    [InlineData("gzip", "with the head")]
    [InlineData("gzip", "whole")]
    [InlineData("gzip", "in part")]
    [InlineData("zstd", "whole")]
    public void What_a_reader_has_goes_to_nobody_else_before_it_is_given_back(string coding, string arrival)
    {
        byte[] content = Coded.Prose(60_000);
        foreach (bool dispose in (bool[])[true, false])
        {
            Run(coding, content, arrival, watched: false, async response =>
            {
                PipeReader reader = response.BodyReader;
                ReadResult result = await reader.ReadAsync();
                byte[] before = System.Buffers.BuffersExtensions.ToArray(result.Buffer);
                if (dispose)
                {
                    response.Dispose();
                }
                else
                {
                    response.Abort();
                }

                // What is given back is given to the next that rents it.
                byte[][] rented = [.. Enumerable.Range(0, 40).Select(_ => System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024))];
                Array.ForEach(rented, static array => array.AsSpan().Fill((byte)'!'));
                await Task.Yield();

                Assert.Equal(before, System.Buffers.BuffersExtensions.ToArray(result.Buffer));
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reader.ReadAsync());
                await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reader.ReadAsync());
                Array.ForEach(rented, static array => System.Buffers.ArrayPool<byte>.Shared.Return(array));
            });
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    public void A_read_that_waits_is_ended(string coding)
    {
        foreach (string shape in (string[])["slices", "stream", "pipe"])
        {
            Run(coding, Coded.Prose(1_000), "in part", watched: false, async response =>
            {
                var seen = new MemoryStream();
                Task reading = ReadAsync(response, shape, seen, () => { });
                Assert.False(reading.IsCompleted);

                response.Dispose();

                await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
            });
        }
    }

    [Fact]
    public void A_reader_that_ends_its_own_reading_leaves_the_connection_to_the_next()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write(Coded.Prose(20_000));
            scene.End();
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                Assert.False(slice.IsEmpty);
                break;
            }

            await scene.SettleAsync();
            Assert.Equal(1, scene.Network.OpenTransports);
        });
    }

    private static void Run(string coding, byte[] content, string arrival, bool watched, Func<Response, Task> test)
    {
        byte[] coded = content;
        foreach (string link in coding.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            coded = Coded.Encode(link, coded);
        }

        string fields = coding.Length == 0 ? "" : $"Content-Encoding: {coding}\r\n";
        RequestOptions? options = watched ? new() { ResponseProgress = new Ignored() } : null;
        if (arrival == "with the head")
        {
            var network = new SimulatedNetwork();
            byte[] head = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{fields}Content-Length: {coded.Length}\r\n\r\n");
            network.Listen("body.example", 80, new ScriptedHttpServer(new ServerReply((byte[])[.. head, .. coded])));
            LoopDrive.Run(
                async loop =>
                {
                    using var client = new PollHttpClient(loop);
                    using Response response = await client.SendAsync(new Request("GET", "http://body.example/") { Options = options });
                    await test(response);
                },
                network);
            return;
        }

        var scene = new BodyScene(Framing.Chunked, fields: fields) { RequestOptions = options };
        scene.Run(async response =>
        {
            int count = arrival == "whole" ? coded.Length : coded.Length - 1;
            for (int at = 0; at < count; at += 10_000)
            {
                scene.Write(coded.AsSpan(at, Math.Min(10_000, count - at)));
            }

            if (arrival == "whole")
            {
                scene.End();
            }

            await scene.SettleAsync();
            await test(response);
        });
    }

    /// <summary>Reads to the end, and ends the reading from outside once there were bytes.</summary>
    private static async Task ReadAsync(Response response, string shape, MemoryStream seen, Action end)
    {
        var sink = new EndingStream(seen, end);
        byte[] buffer = new byte[100];
        switch (shape)
        {
            case "slices":
                await foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    sink.Write(slice.Span);
                }

                break;
            case "blocking slices":
                foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    sink.Write(slice.Span);
                }

                break;
            case "copy":
                await response.CopyToAsync(sink);
                break;
            case "blocking copy":
                response.CopyTo(sink);
                break;
            case "stream":
            case "content":
                Stream stream = shape == "stream" ? response.OpenBodyStream() : await response.Content.ReadAsStreamAsync();
                for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
                {
                    sink.Write(buffer.AsSpan(0, count));
                }

                break;
            case "sync stream":
                Stream blocking = response.OpenBodyStream();
                for (int count; (count = blocking.Read(buffer)) > 0;)
                {
                    sink.Write(buffer.AsSpan(0, count));
                }

                break;
            case "stream copy":
                await response.OpenBodyStream().CopyToAsync(sink);
                break;
            case "sync stream copy":
                response.OpenBodyStream().CopyTo(sink);
                break;
            default:
                PipeReader reader = response.BodyReader;
                for (bool completed = false; !completed;)
                {
                    ReadResult result = await reader.ReadAsync();
                    completed = result.IsCompleted;
                    sink.Write(result.Buffer.FirstSpan);
                    reader.AdvanceTo(result.Buffer.GetPosition(result.Buffer.FirstSpan.Length), shape == "pipe" ? result.Buffer.GetPosition(result.Buffer.FirstSpan.Length) : result.Buffer.End);
                    if (completed && result.Buffer.Length > result.Buffer.FirstSpan.Length)
                    {
                        completed = false;
                    }
                    else if (completed)
                    {
                        await reader.ReadAsync();
                    }
                }

                break;
        }
    }

    /// <summary>Keeps what is written, and calls back once when it was.</summary>
    private sealed class EndingStream(MemoryStream seen, Action end) : MemoryStream
    {
        private bool _ended;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            seen.Write(buffer);
            if (!_ended && buffer.Length > 0)
            {
                _ended = true;
                end();
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return default;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer, offset, count);
            return Task.CompletedTask;
        }
    }

    private sealed class Ignored : IProgress<ResponseProgress>
    {
        public void Report(ResponseProgress value)
        {
        }
    }
}
