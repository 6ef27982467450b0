using System.Buffers;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// Many streams at once: whatever the order in which their frames come, and however these are cut, each ends as it does alone, and one illegal frame
/// anywhere ends the connection with an error and nothing left.
/// </summary>
public sealed class InterleavingTests
{
    private static readonly byte[][] s_illegal =
    [
        Http2Frame.Data(0, "x").ToArray(),
        Http2Frame.Ping(new byte[7]).ToArray(),
        Http2Frame.WindowUpdate(0, 0).ToArray(),
        Http2Frame.Headers(2, false, (":status", "200")).ToArray(),
        new Http2Frame(Http2FrameType.Settings, Http2FrameFlags.None, 0, new byte[5]).ToArray(),
        new Http2Frame(Http2FrameType.PushPromise, Http2FrameFlags.EndHeaders, 1, new byte[4]).ToArray(),
        new Http2Frame(Http2FrameType.Continuation, Http2FrameFlags.EndHeaders, 1, default).ToArray(),
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory, MemberData(nameof(Seeds))]
    [Trait("rule", "R2-016"), Trait("rule", "R2-037")]
    public void Streams_in_any_order_and_cut_end_as_each_does_alone(int seed)
    {
        Random random = new(seed);
        int count = random.Next(1, 51);
        List<Http2Frame>[] scripts = [.. Enumerable.Range(0, count).Select(i => Script(random, (2 * i) + 1))];
        Http2Driver together = Http2Driver.Open(count);
        together.PieceSize = random.Next(4) == 0 ? random.Next(1, 20) : random.Next(2) * random.Next(1, 5_000);
        foreach (Http2Frame frame in Mixed(random, scripts))
        {
            together.Receive(frame);
        }

        string[] log = together.Log.Split("; ");
        for (int i = 0; i < count; i++)
        {
            Http2Driver alone = Http2Driver.Open(count);
            scripts[i].ForEach(f => alone.Receive(f));
            Assert.Equal(Of(alone.Log.Split("; "), i + 1), Of(log, i + 1));
            alone.Finish();
        }

        together.Finish();
    }

    [Theory, MemberData(nameof(Seeds))]
    [Trait("rule", "R2-022")]
    public void Illegal_frame_anywhere_ends_every_stream_and_leaves_nothing(int seed)
    {
        Random random = new(seed);
        int count = random.Next(1, 20);
        List<Http2Frame> frames = [.. Mixed(random, [.. Enumerable.Range(0, count).Select(i => Script(random, (2 * i) + 1))])];
        Http2Driver driver = Http2Driver.Open(count);
        driver.IsLazy = random.Next(2) == 0;
        driver.PieceSize = random.Next(3) * random.Next(1, 100);
        int place = random.Next(frames.Count + 1);
        frames.GetRange(0, place).ForEach(f => driver.Receive(f));
        driver.Send().Receive(s_illegal[random.Next(s_illegal.Length)]);
        Assert.Equal(0, driver.Http.AvailableExchanges);
        Assert.Equal(0, driver.Http.OpenExchanges);
        Assert.StartsWith("GOAWAY 0 ", driver.Send().Sent[^1]);
        frames.GetRange(place, frames.Count - place).ForEach(f => driver.Receive(f)); // not looked at any more
        Assert.Empty(driver.Http.GetOutput().ToArray());
        driver.Finish();
    }

    /// <summary>Makes the answer on one stream: whole, or broken in one of many ways that end the stream alone.</summary>
    private static List<Http2Frame> Script(Random random, int stream)
    {
        List<Http2Frame> frames = [];
        for (int i = random.Next(4); i > 2; i--)
        {
            frames.Add(Http2Frame.Headers(stream, false, (":status", "103"), ("link", "x")));
        }

        int way = random.Next(8);
        if (way == 0)
        {
            frames.Add(Http2Frame.Reset(stream, (uint)random.Next(14)));
            return frames;
        }

        bool isEmpty = way == 1;
        frames.Add(Http2Frame.Headers(stream, isEmpty, (":status", "200"), ("x-stream", $"{stream}")));
        for (int i = random.Next(5); i > 0 && !isEmpty; i--)
        {
            byte[] data = new byte[random.Next(40, 700)];
            Array.Fill(data, (byte)('a' + (stream % 26)));
            frames.Add(random.Next(3) == 0
                ? new(Http2FrameType.Data, Http2FrameFlags.Padded, stream, (byte[])[9, .. data, .. new byte[9]])
                : Http2Frame.Data(stream, data));
        }

        switch (way)
        {
            case 1:
                break;
            case 2:
                frames.Add(Http2Frame.Reset(stream, 2));
                break;
            case 3:
                frames.Add(Http2Frame.Headers(stream, true, ("x-sum", "done")));
                break;
            case 4:
                frames.Add(Http2Frame.Headers(stream, false, (":status", "200")));
                break;
            case 5:
                frames.Add(Http2Frame.WindowUpdate(stream, 0));
                break;
            default:
                frames.Add(Http2Frame.Data(stream, "", endStream: true));
                break;
        }

        return frames;
    }

    private static IEnumerable<Http2Frame> Mixed(Random random, List<Http2Frame>[] scripts)
    {
        int[] next = new int[scripts.Length];
        for (int left = scripts.Sum(static s => s.Count); left > 0; left--)
        {
            int place;
            do
            {
                place = random.Next(scripts.Length);
            }
            while (next[place] == scripts[place].Count);

            yield return scripts[place][next[place]++];
        }
    }

    private static string Of(string[] log, int exchange) => exchange == 1
        ? string.Join("; ", log.Where(static l => !(char.IsAsciiDigit(l[0]) && l.Contains(": ", StringComparison.Ordinal)) && l.Length > 0))
        : string.Join("; ", log.Where(l => l.StartsWith($"{exchange}: ", StringComparison.Ordinal)));
}
