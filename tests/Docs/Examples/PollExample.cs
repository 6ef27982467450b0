using PollHttp.Core;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>
/// The README's example of polling, word for word, against servers of the simulated network. Its file, its console and its network
/// are the ones below, which stand before those of the platform.
/// </summary>
public sealed class PollExample
{
    private const double FramesPerSecond = 20;
    private const int LinkRate = 55_000_000;

    private static SimulatedNetwork s_network = new();
    private static MemoryStream? s_file;
    private static string s_printed = "";
    private static int s_frames;

    public PollExample()
    {
        s_network = new() { Link = new() { Latency = TimeSpan.FromMilliseconds(10), BytesPerSecond = LinkRate } };
        s_file = null;
        s_printed = "";
        s_frames = 0;
    }

    [Fact]
    public void It_is_as_fast_as_the_link_at_20_frames_a_second()
    {
        byte[] page = new byte[LinkRate / 2];
        Random.Shared.NextBytes(page);
        Serve($"HTTP/1.1 200 OK\r\nContent-Length: {page.Length}\r\n\r\n", page);
        Run();
        Assert.Equal("200", s_printed);
        Assert.True(page.AsSpan().SequenceEqual(s_file!.ToArray()));
        Assert.InRange(s_frames, 1, (int)(0.5 * FramesPerSecond) + 6); // half a second, and what connecting and asking takes
    }

    [Fact]
    public void It_allocates_next_to_nothing_in_a_frame()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 64000\r\n\r\n", new byte[64_000], pieces: 1_000); // a piece in 20 ms
        long before = 0;
        int framesBefore = 0;
        s_atFrame = () =>
        {
            if (s_frames == 20)
            {
                (before, framesBefore) = (GC.GetAllocatedBytesForCurrentThread(), s_frames);
            }
            else if (s_frames == 24)
            {
                Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (s_frames - framesBefore), 0, 4_000); // the simulation's
            }
        };
        Run();
        Assert.True(s_frames > 24);
        Assert.Equal(64_000, s_file!.ToArray().Length);
    }

    [Fact]
    public void A_server_that_cuts_the_body_is_reported()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", new byte[100], after: AfterReply.End);
        Run();
        Assert.Contains("100", s_printed, StringComparison.Ordinal);
        Assert.Contains("1,000", s_printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_closes_before_it_answers_is_reported()
    {
        s_network.Listen("example.org", 443, peer => peer.Close());
        Run();
        Assert.Contains("example.org", s_printed, StringComparison.Ordinal);
        Assert.Null(s_file);
    }

    [Fact]
    public void An_unknown_host_is_reported()
    {
        Run();
        Assert.Contains("example.org", s_printed, StringComparison.Ordinal);
        Assert.Null(s_file);
    }

    [Fact]
    public void A_refused_connection_is_reported()
    {
        s_network.AddHost("example.org", System.Net.IPAddress.Loopback);
        Run();
        Assert.Contains("example.org", s_printed, StringComparison.Ordinal);
        Assert.Null(s_file);
    }

    [Fact]
    public void A_404_is_reported_and_not_saved()
    {
        Serve("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n", "not there"u8.ToArray());
        Run();
        Assert.Equal("404", s_printed);
        Assert.Null(s_file);
    }

    private static void Run()
    {
        // example: poll
        using var client = new PollClient(SocketNetwork.Default);
        TimeSpan share = TimeSpan.FromMilliseconds(2);                        // of each frame
        client.ConnectToHost("https://example.org");
        while (client.Status is PollStatus.Resolving or PollStatus.Connecting) { client.Poll(share); Thread.Sleep(14); }
        if (client.Status is PollStatus.Connected)
        {
            client.Request("GET", "/", [new HeaderField("Accept", "*/*")]);
        }

        while (client.Status is PollStatus.Requesting) { client.Poll(share); Thread.Sleep(14); }
        if (client.ResponseCode == 200)
        {
            using FileStream file = File.Create("page.html");
            BodyConsumer save = file.Write;
            while (client.Status is PollStatus.Body) { client.PollBody(share, save); Thread.Sleep(14); }
        }

        Console.WriteLine(client.Fault.Exists ? client.Fault.Describe() : client.ResponseCode);
        // end
    }

    private static Action? s_atFrame;

    private static void Serve(string head, byte[] body, int pieces = 0, AfterReply after = AfterReply.KeepOpen) =>
        s_network.Listen("example.org", 443, new ScriptedHttpServer(new ServerReply((byte[])[.. System.Text.Encoding.ASCII.GetBytes(head), .. body])
        {
            DribbleSize = pieces,
            DribbleDelay = TimeSpan.FromMilliseconds(20),
            Then = after,
        }));

    private static void NextFrame(TimeSpan elapsed)
    {
        Assert.True(++s_frames < 1000, "The frames never end.");
        s_atFrame?.Invoke();
        s_network.Advance(elapsed);
    }

    /// <summary>The game's part of a frame.</summary>
    private static class Thread
    {
        public static void Sleep(int milliseconds)
        {
            Assert.Equal(14, milliseconds);
            NextFrame(TimeSpan.FromSeconds(1 / FramesPerSecond));
        }
    }

    private static class SocketNetwork
    {
        public static INetwork Default => s_network;
    }

    private static class File
    {
        public static FileStream Create(string path)
        {
            Assert.Equal("page.html", path);
            s_file = new();
            return new();
        }
    }

    private sealed class FileStream : IDisposable
    {
        public void Write(ReadOnlySpan<byte> bytes) => s_file!.Write(bytes);

        public void Dispose()
        {
        }
    }

    private static class Console
    {
        public static void WriteLine(object what) => s_printed = what.ToString()!;
    }
}
