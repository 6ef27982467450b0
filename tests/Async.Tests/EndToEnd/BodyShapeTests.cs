using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

public sealed class BodyShapeTests
{
    private static readonly int[] s_sizes = [0, 1, 5_000, 200_000];

    public static TheoryData<string> Settings() => Setting.AllAndSync();

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_body_with_its_length_is_the_same_in_every_shape(string setting) => RunShapes(setting, WithLength);

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_chunked_body_is_the_same_in_every_shape(string setting) => RunShapes(setting, Chunked);

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_body_that_runs_to_the_close_is_the_same_in_every_shape(string setting) => RunShapes(setting, UntilClose);

    [Theory]
    [MemberData(nameof(Settings))]
    public void Trailers_are_there_after_the_last_byte(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(_ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n"), async scene =>
        {
            using Response response = await scene.GetAsync();
            Assert.Equal("abc", await response.ReadAsStringAsync());
            Assert.Equal("X-Sum: 7", Assert.Single(response.Trailers).ToString());
        });

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_body_can_be_taken_once(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(_ => WithLength(Content(100))), async scene =>
        {
            using Response response = await scene.GetAsync();
            await response.ReadAsByteArrayAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => response.ReadAsStringAsync());
            Assert.Throws<InvalidOperationException>(() => response.OpenBodyStream());
            Assert.Throws<InvalidOperationException>(() => response.BodyReader);
        });

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_body_left_in_the_middle_gives_its_connection_up(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(_ => WithLength(Content(200_000))), async scene =>
        {
            using (Response response = await scene.GetAsync())
            {
                await foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    Assert.False(slice.IsEmpty);
                    break;
                }
            }

            using Response next = await scene.GetAsync();
            Assert.Equal(200_000, (await next.ReadAsByteArrayAsync()).Length);
        });

    private static void RunShapes(string setting, Func<byte[], ServerReply> frame)
    {
        ScriptedHttpServer server = new(r => frame(Content(int.Parse(r.Target.AsSpan(1), CultureInfo.InvariantCulture))));
        Play.Run(setting, server, async scene =>
        {
            foreach (int wanted in s_sizes)
            {
                int size = scene.Setting.Link?.SegmentSize == 1 ? Math.Min(wanted, 20_000) : wanted; // a read a byte takes its time
                string path = size.ToString(CultureInfo.InvariantCulture);
                foreach (Func<Response, Task<byte[]>> read in (Func<Response, Task<byte[]>>[])[BySlicesAsync, ByPipeAsync, ByStreamAsync, ByTextAsync, WholeAsync, ByCopyAsync])
                {
                    using Response response = await scene.GetAsync(path);
                    byte[] body = await read(response);
                    Assert.True(Content(size).AsSpan().SequenceEqual(body), $"{read.Method.Name} of {size} bytes got {body.Length} bytes, or others.");
                }
            }
        });
    }

    private static byte[] Content(int size)
    {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++)
        {
            content[i] = (byte)('!' + (((i * 31) + (i / 251)) % 90));
        }

        return content;
    }

    private static ServerReply WithLength(byte[] content) =>
        new((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n"), .. content]);

    private static ServerReply UntilClose(byte[] content) =>
        new((byte[])[.. "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8, .. content]) { Then = AfterReply.End };

    private static ServerReply Chunked(byte[] content)
    {
        MemoryStream bytes = new();
        bytes.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8);
        int size = 1;
        for (int at = 0; at < content.Length; size = (size * 3) + 1)
        {
            int count = Math.Min(size, content.Length - at);
            bytes.Write(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{count:x};note=\"a;b\"\r\n")));
            bytes.Write(content, at, count);
            bytes.Write("\r\n"u8);
            at += count;
        }

        bytes.Write("0\r\n\r\n"u8);
        return new(bytes.ToArray());
    }

    private static async Task<byte[]> BySlicesAsync(Response response)
    {
        MemoryStream bytes = new();
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            bytes.Write(slice.Span);
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> ByPipeAsync(Response response)
    {
        MemoryStream bytes = new();
        while (true)
        {
            ReadResult result = await response.BodyReader.ReadAsync();
            SequencePosition half = result.IsCompleted ? result.Buffer.End : result.Buffer.GetPosition((result.Buffer.Length + 1) / 2);
            bytes.Write(result.Buffer.Slice(0, half).ToArray());
            response.BodyReader.AdvanceTo(half);
            if (result.IsCompleted)
            {
                await response.BodyReader.CompleteAsync();
                return bytes.ToArray();
            }
        }
    }

    private static async Task<byte[]> ByStreamAsync(Response response)
    {
        MemoryStream bytes = new();
        await using Stream stream = response.OpenBodyStream();
        byte[] buffer = new byte[777];
        for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> ByTextAsync(Response response) => Encoding.UTF8.GetBytes(await response.ReadAsStringAsync());

    private static Task<byte[]> WholeAsync(Response response) => response.ReadAsByteArrayAsync();

    private static async Task<byte[]> ByCopyAsync(Response response)
    {
        MemoryStream bytes = new();
        await response.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
