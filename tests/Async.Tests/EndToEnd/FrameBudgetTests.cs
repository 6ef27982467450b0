using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Budgets where work costs time: a poll ends with the piece in which its time is over.</summary>
public sealed class FrameBudgetTests
{
    private static readonly TimeSpan s_budget = TimeSpan.FromMilliseconds(0.5);

    /// <summary>100 MB/s; the dearest single step is one of a handshake.</summary>
    private static readonly CallCosts s_costs = new()
    {
        Read = TimeSpan.FromMicroseconds(5),
        Write = TimeSpan.FromMicroseconds(5),
        PerKibibyte = TimeSpan.FromMicroseconds(10),
        Dial = TimeSpan.FromMicroseconds(100),
        Lookup = TimeSpan.FromMicroseconds(50),
        HandshakeStep = TimeSpan.FromMicroseconds(300),
    };

    /// <summary>A read of 8 KiB, a small write, or a step of a handshake with what was begun before it.</summary>
    private static readonly TimeSpan s_piece = TimeSpan.FromMicroseconds(100);

    [Theory]
    [InlineData(1, "http")]
    [InlineData(8, "http")]
    [InlineData(8, "https")]
    public void A_loop_that_receives_ends_with_the_piece_in_which_its_time_is_over(int connections, string scheme)
    {
        using ManualScene scene = Scene(out SimulatedNetwork network, 2_000_000);
        Task[] all = [.. Enumerable.Range(0, connections).Select(i => ReadAsync(scene.Client, $"{scheme}://server.test/{i}", 2_000_000))];
        scene.DriveUntil(() => network.TotalDials == connections && scene.Client.Pool.OpenConnections == connections
            && network.OpenTransports == connections);
        scene.Loop.Poll(TimeSpan.FromMilliseconds(5));
        Assert.InRange(Frames(network, () => scene.Loop.Poll(s_budget), () => Array.TrueForAll(all, t => t.IsCompleted)), TimeSpan.Zero, s_piece);
        Assert.All(all, t => t.GetAwaiter().GetResult());
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public void Fifty_connects_are_spread_over_frames(string scheme)
    {
        using ManualScene scene = Scene(out SimulatedNetwork network, 100);
        Task[] all = [.. Enumerable.Range(0, 50).Select(i => ReadAsync(scene.Client, $"{scheme}://server{i}.test/", 100))];
        TimeSpan step = s_costs.HandshakeStep + s_costs.Dial + s_costs.Lookup;
        Assert.InRange(Frames(network, () => scene.Loop.Poll(s_budget), () => Array.TrueForAll(all, t => t.IsCompleted), out int frames), TimeSpan.Zero, step);
        Assert.InRange(frames, 10, 200);
        Assert.All(all, t => t.GetAwaiter().GetResult());
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public void A_client_ends_with_the_step_in_which_its_time_is_over(string scheme)
    {
        SimulatedNetwork network = Network(2_000_000);
        using PollClient client = new(network);
        client.ConnectToHost($"{scheme}://server.test");
        TimeSpan step = s_costs.HandshakeStep + s_costs.Dial + s_costs.Lookup;
        Assert.InRange(Frames(network, () => client.Poll(TimeSpan.FromTicks(1)), () => client.Status == PollStatus.Connected), TimeSpan.Zero, step);

        client.Request("GET", "/", []);
        long got = 0;
        Assert.InRange(
            Frames(network, () => client.PollBody(s_budget, bytes => got += bytes.Length), () => client.Status == PollStatus.Connected),
            TimeSpan.Zero,
            s_piece);
        Assert.Equal(2_000_000, got);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public void A_polled_download_ends_with_the_step_in_which_its_time_is_over(string scheme)
    {
        SimulatedNetwork network = Network(2_000_000);
        using PollDownload download = new(network);
        MemoryStream got = new();
        download.Start(new Uri($"{scheme}://server.test/"), got);
        TimeSpan step = s_costs.HandshakeStep + s_costs.Dial + s_costs.Lookup;
        Assert.InRange(Frames(network, () => download.Poll(s_budget), () => download.DownloadedBytes > 0), TimeSpan.Zero, step);
        Assert.InRange(Frames(network, () => download.Poll(s_budget), () => download.IsOver), TimeSpan.Zero, s_piece);
        Assert.Equal(2_000_000, got.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-50)]
    public void A_late_frame_does_the_least_there_is(int milliseconds)
    {
        TimeSpan late = TimeSpan.FromMilliseconds(milliseconds);
        using ManualScene scene = Scene(out SimulatedNetwork network, 4_000_000, costs: new());
        MemoryStream got = new();
        Task task = CopyAsync();
        scene.DriveUntil(() => got.Length > 0);
        for (int i = 0; i < 5; i++)
        {
            long before = got.Length;
            scene.Loop.Poll(late);
            Assert.InRange(got.Length - before, 0, 300_000); // what had been received, and 8 KiB
        }

        MemoryStream file = new();
        using PollDownload download = new(network);
        download.Start(new Uri("http://server.test/"), file);
        for (int polls = 0; !download.IsOver; polls++)
        {
            long before = file.Length;
            download.Poll(late);
            Assert.InRange(file.Length - before, 0, 16 * 1024);
            Assert.InRange(polls, 0, 2_000);
            network.Advance(TimeSpan.FromMicroseconds(100));
        }

        Assert.Equal(4_000_000, file.Length);
        scene.Await(task);

        async Task CopyAsync()
        {
            using Response response = await scene.Client.GetAsync("http://server.test/");
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                got.Write(slice.Span);
            }
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public void What_a_spent_budget_left_over_goes_on_without_one(string scheme)
    {
        using ManualScene scene = Scene(out SimulatedNetwork network, 300_000);
        Task[] all = [.. Enumerable.Range(0, 20).Select(i => ReadAsync(scene.Client, $"{scheme}://server{i}.test/", 300_000))];
        scene.Loop.Poll(TimeSpan.Zero);
        for (int polls = 0; !Array.TrueForAll(all, t => t.IsCompleted); polls++)
        {
            _ = polls % 3 == 0 ? scene.Loop.Poll(TimeSpan.Zero) : scene.Loop.Poll();
            network.Advance(TimeSpan.FromMilliseconds(1));
            Assert.InRange(polls, 0, 1_000);
        }

        Assert.All(all, t => t.GetAwaiter().GetResult());
    }

    [Fact]
    public async Task A_loop_that_is_disposed_ends_what_had_no_turn_yet()
    {
        SimulatedNetwork network = Network(100);
        PollLoop loop = new(network);
        PollHttpClient client = new(loop);
        Task[] all = [.. Enumerable.Range(0, 20).Select(i => client.GetStringAsync($"http://server{i}.test/"))];
        loop.Poll(TimeSpan.Zero);
        loop.Dispose();
        foreach (Task task in all)
        {
            Assert.True(task.IsCompleted);
            await Assert.ThrowsAnyAsync<Exception>(() => task);
        }

        Assert.Equal((0, 0), (network.OpenTransports, network.OpenLookups));
    }

    [Fact]
    public void Posts_wait_for_the_next_frame_when_the_time_is_over()
    {
        using ManualScene scene = new();
        List<int> ran = [];
        for (int i = 0; i < 5; i++)
        {
            int number = i;
            scene.Loop.SynchronizationContext.Post(
                _ =>
                {
                    ran.Add(number);
                    scene.Network.Advance(TimeSpan.FromMilliseconds(1));
                },
                null);
        }

        scene.Loop.Poll(TimeSpan.FromMilliseconds(2));
        Assert.Equal([0, 1], ran);
        scene.Loop.Poll(TimeSpan.Zero);
        Assert.Equal([0, 1, 2], ran);
        scene.Loop.Poll();
        Assert.Equal([0, 1, 2, 3, 4], ran);
    }

    private static ManualScene Scene(out SimulatedNetwork network, int size, CallCosts? costs = null)
    {
        network = Network(size, costs);
        return new(network, static options => options.MaxConnectionsPerServer = 64);
    }

    private static SimulatedNetwork Network(int size, CallCosts? costs = null)
    {
        SimulatedNetwork network = new() { Costs = costs ?? s_costs, Link = new() { Latency = TimeSpan.FromMilliseconds(1) } };
        ServerReply reply = new(
            (byte[])[.. System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n"), .. new byte[size]]);
        ScriptedHttpServer server = new(_ => reply);
        foreach (string host in (string[])["server", .. Enumerable.Range(0, 50).Select(i => $"server{i}")])
        {
            network.Listen($"{host}.test", 80, server);
            network.Listen($"{host}.test", 443, server);
        }

        return network;
    }

    /// <summary>Polls once a frame of 10 ms until the end, and returns by how much the budget was passed at most.</summary>
    private static TimeSpan Frames(SimulatedNetwork network, Action poll, Func<bool> isOver) => Frames(network, poll, isOver, out _);

    private static TimeSpan Frames(SimulatedNetwork network, Action poll, Func<bool> isOver, out int frames)
    {
        TimeSpan worst = default;
        for (frames = 0; !isOver(); frames++)
        {
            Assert.InRange(frames, 0, 5_000);
            TimeSpan start = network.Clock.Elapsed;
            poll();
            TimeSpan over = network.Clock.Elapsed - start - s_budget;
            worst = over > worst ? over : worst;
            network.Advance(TimeSpan.FromMilliseconds(10));
        }

        return worst;
    }

    private static async Task ReadAsync(PollHttpClient client, string address, int size)
    {
        using Response response = await client.GetAsync(address);
        int sum = 0;
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            sum += slice.Length;
        }

        Assert.Equal(size, sum);
    }
}
