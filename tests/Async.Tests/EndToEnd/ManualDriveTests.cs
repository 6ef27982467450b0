using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>The drive of games: budgets, turns, and a full link at any frame rate.</summary>
public sealed class ManualDriveTests
{
    [Fact]
    public void A_budget_of_bytes_is_shared_equally_in_every_frame()
    {
        using ManualScene scene = new() { Budget = new PollBudget(8_000) };
        scene.Serve(new ScriptedHttpServer(_ => Body(400_000)));
        long[] got = new long[4];
        Task all = Task.WhenAll(Enumerable.Range(0, 4).Select(i => CountAsync(scene, got, i)));
        scene.DriveUntil(() => scene.Network.TotalDials == 4 && scene.Client.Pool.OpenConnections == 4);

        long before = got.Sum();
        while (!all.IsCompleted)
        {
            scene.Loop.Poll(new PollBudget(8_000));
            long now = got.Sum();
            Assert.InRange(now - before, 0, 16_000); // and what was received before its head had been delivered
            Assert.InRange(got.Max() - got.Min(), 0, 16_000); // a turn each, and the heads
            before = now;
        }

        Assert.All(got, g => Assert.Equal(400_000, g));
    }

    [Fact]
    public void A_frame_ends_at_its_time_and_who_was_left_over_goes_first_in_the_next()
    {
        using ManualScene scene = new();
        scene.Serve(new ScriptedHttpServer(_ => Body(3_000_000)));
        long[] got = new long[5];
        Task all = Task.WhenAll(Enumerable.Range(0, 5).Select(i => CountAsync(scene, got, i, slowness: TimeSpan.FromMilliseconds(1))));

        while (!all.IsCompleted)
        {
            TimeSpan start = scene.Network.Clock.Elapsed;
            scene.Loop.Poll(TimeSpan.FromMilliseconds(3));
            Assert.InRange(scene.Network.Clock.Elapsed - start, TimeSpan.Zero, TimeSpan.FromMilliseconds(5)); // the last piece of work may overrun
            Assert.InRange(got.Max() - got.Min(), 0, 1_200_000); // what a connection holds at most, twice
            scene.Network.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.All(got, g => Assert.Equal(3_000_000, g));
    }

    [Theory]
    [InlineData(20, 256)]
    [InlineData(20, 4096)]
    [InlineData(20, 65536)]
    [InlineData(60, 256)]
    [InlineData(60, 4096)]
    [InlineData(240, 4096)]
    [InlineData(240, 65536)]
    public void The_link_is_full_at_any_frame_rate_and_size_of_read(int fps, int chunk)
    {
        // 20 MB/s, as pieces of 20,000 bytes a millisecond: 4 MB take 200 ms.
        using ManualScene scene = new();
        scene.Serve(new ScriptedHttpServer(_ => Body(4_000_000, piece: 20_000)));
        TimeSpan start = scene.Network.Clock.Elapsed;
        Task task = ReadAsync();
        int frames = 0;
        while (!task.IsCompleted)
        {
            scene.Network.Advance(TimeSpan.FromSeconds(1.0 / fps));
            scene.Loop.Poll(TimeSpan.FromMilliseconds(2));
            frames++;
        }

        scene.Await(task);
        Assert.InRange(frames, 1, (int)Math.Ceiling(0.2 * fps) + 2); // connecting takes a frame

        async Task ReadAsync()
        {
            using Response response = await scene.Client.GetAsync("http://server.test/");
            await using Stream body = response.OpenBodyStream();
            byte[] buffer = new byte[chunk];
            long sum = 0;
            for (int count; (count = await body.ReadAsync(buffer)) > 0;)
            {
                sum += count;
            }

            Assert.Equal(4_000_000, sum);
        }
    }

    [Fact]
    public void A_poll_without_a_budget_is_one_pass()
    {
        using ManualScene scene = new();
        scene.Serve(new ScriptedHttpServer(_ => Body(1_000)));
        Task<string> text = scene.Client.GetStringAsync("http://server.test/");
        int passes = 0;
        while (scene.Loop.Poll())
        {
            Assert.InRange(++passes, 1, 20);
        }

        Assert.Equal(1_000, scene.Await(text).Length);
        Assert.False(scene.Loop.Poll());
    }

    private static ServerReply Body(int size, int piece = 0) =>
        new((byte[])[.. System.Text.Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n"), .. new byte[size]])
        {
            DribbleSize = piece,
            DribbleDelay = TimeSpan.FromMilliseconds(1),
        };

    private static async Task CountAsync(ManualScene scene, long[] got, int index, TimeSpan slowness = default)
    {
        using Response response = await scene.Client.GetAsync($"http://server.test/{index}");
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            got[index] += slice.Length;
            if (slowness > TimeSpan.Zero)
            {
                scene.Network.Advance(slowness); // a consumer that takes its time
            }
        }
    }
}
