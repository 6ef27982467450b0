using PollHttp.Core;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/in-a-game-loop.md.</summary>
public sealed class GameLoopExamples
{
    private const double FramesPerSecond = 20;
    private const int LinkRate = 55_000_000;

    private readonly SimulatedNetwork _network = new()
    {
        Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(30), BytesPerSecond = LinkRate },
    };

    private readonly byte[] _level = new byte[LinkRate / 2];
    private int _frames;

    public GameLoopExamples()
    {
        Random.Shared.NextBytes(_level);
        byte[] head = System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {_level.Length}\r\n\r\n");
        _network.Listen("assets.example", 80, new ScriptedHttpServer(new ServerReply((byte[])[.. head, .. _level])));
    }

    [Fact]
    public void Polling()
    {
        using PollClient client = new(_network);
        MemoryStream level = new();
        bool running = true;
        bool asked = false;

        // example: game-poll
        client.ConnectToHost("http://assets.example");
        while (running)
        {
            PollStatus status = client.PollBody(TimeSpan.FromMilliseconds(2), level.Write);
            if (status == PollStatus.Connected && !asked)
            {
                client.Request("GET", "/level2.bin", []);
                asked = true;
            }

            running = client.Status is PollStatus.Resolving or PollStatus.Connecting or PollStatus.Requesting or PollStatus.Body;
            DrawFrame();
        }

        bool isWhole = client.ResponseCode == 200 && !client.Fault.Exists;
        // end

        Assert.True(isWhole);

        AssertWhole(level.ToArray());
    }

    [Fact]
    public async Task Preparing()
    {
        _frames = int.MinValue; // the preparation takes real time on other threads, and the frames of this test take none

        // example: game-prepare
        Task<bool> preparation = Preparation.RunAsync();
        while (!preparation.IsCompleted)
        {
            DrawFrame();                                             // the title screen
        }

        // end

        Assert.True(await preparation);
    }

    [Fact]
    public void Awaiting()
    {
        using PollLoop loop = new(_network);
        using PollHttpClient gameClient = new(loop);
        MemoryStream level = new();

        // example: game-context
        using IDisposable context = loop.InstallSynchronizationContext();
        // end

        // example: game-await
        async Task LoadAsync()
        {
            using Response response = await gameClient.GetAsync("http://assets.example/level2.bin");
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                level.Write(slice.Span);
            }
        }

        Task loading = LoadAsync();
        while (!loading.IsCompleted)
        {
            loop.Poll(TimeSpan.FromMilliseconds(2));
            DrawFrame();
        }
        // end

        AssertWhole(level.ToArray());
    }

    [Fact]
    public void Downloading()
    {
        using PollDownload download = new(_network);
        string path = Path.GetTempFileName();

        // example: poll-download
        download.StartToFile(new Uri("http://assets.example/level2.bin"), path);
        while (!download.IsOver)
        {
            download.Poll(new PollBudget(TimeSpan.FromMilliseconds(2)));
            DrawBar(download.DownloadedBytes, download.TotalBytes);  // -1 while the total is unknown
            DrawFrame();
        }

        if (download.Result != PollDownloadResult.Success)
        {
            Console.WriteLine(download.Error);                       // one sentence, with the host
        }
        // end

        AssertWhole(File.ReadAllBytes(path));
        File.Delete(path);
    }

    /// <summary>Half a second at the speed of the link, and what connecting, asking and the first bytes take.</summary>
    private void AssertWhole(byte[] got)
    {
        Assert.True(_level.AsSpan().SequenceEqual(got));
        Assert.InRange(_frames, 1, (int)(0.5 * FramesPerSecond) + 6);
    }

    private static void DrawBar(long got, long total) => Assert.True(total == -1 || got <= total);

    /// <summary>A frame of a 20th of a second, in virtual time.</summary>
    private void DrawFrame()
    {
        Assert.True(++_frames < 1000, "The frames never end.");
        _network.Advance(TimeSpan.FromSeconds(1 / FramesPerSecond));
    }
}
