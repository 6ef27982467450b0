using System.Globalization;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

public sealed class BodyShapeTests
{
    private static readonly int[] s_sizes = [0, 1, 5_000, 200_000];

    public static TheoryData<string> Settings() => Setting.AllAndSync();

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_body_with_its_length_is_the_same_in_every_shape(string setting) => RunShapes(setting, Framing.Length);

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_chunked_body_is_the_same_in_every_shape(string setting) => RunShapes(setting, Framing.Chunked);

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_body_that_runs_to_the_close_is_the_same_in_every_shape(string setting) => RunShapes(setting, Framing.UntilClose);

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
        Play.Run(setting, new ScriptedHttpServer(_ => Framed.Reply(Framing.Length, Content(100))), async scene =>
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
        Play.Run(setting, new ScriptedHttpServer(_ => Framed.Reply(Framing.Length, Content(200_000))), async scene =>
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

    private static void RunShapes(string setting, Framing framing)
    {
        ScriptedHttpServer server = new(r => Framed.Reply(framing, Content(int.Parse(r.Target.AsSpan(1), CultureInfo.InvariantCulture))));
        Play.Run(setting, server, async scene =>
        {
            foreach (int wanted in s_sizes)
            {
                int size = scene.Setting.Link?.SegmentSize == 1 ? Math.Min(wanted, 20_000) : wanted; // a read a byte takes its time
                string path = size.ToString(CultureInfo.InvariantCulture);
                foreach (Func<Response, Task<byte[]>> read in BodyShapes.All)
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
}
