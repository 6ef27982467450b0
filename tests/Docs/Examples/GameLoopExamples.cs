using PollHttp.Core;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/in-a-game-loop.md.</summary>
public sealed class GameLoopExamples
{
    private readonly SimulatedNetwork _network = new() { Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(30) } };
    private readonly byte[] _level = new byte[500_000];
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
            PollStatus status = client.Poll(new PollBudget(TimeSpan.FromMilliseconds(2)));
            if (status == PollStatus.Connected && !asked)
            {
                client.Request("GET", "/level2.bin", []);
                asked = true;
            }

            while (client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
            {
                level.Write(slice.Span);                    // the client's own memory:
                client.AdvanceBody(slice.Length);           // it ends here
            }

            running = !asked || client.Status is PollStatus.Requesting or PollStatus.Body;
            DrawFrame();
        }
        // end

        Assert.Equal(_level, level.ToArray());
    }

    [Fact]
    public void Awaiting()
    {
        using PollLoop loop = new(_network);
        using PollHttpClient gameClient = new(loop);
        MemoryStream level = new();

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

        Assert.Equal(_level, level.ToArray());
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

        Assert.Equal(_level, File.ReadAllBytes(path));
        File.Delete(path);
    }

    private static void DrawBar(long got, long total) => Assert.True(total == -1 || got <= total);

    /// <summary>A frame of a 60th of a second, in virtual time.</summary>
    private void DrawFrame()
    {
        Assert.True(++_frames < 1000, "The frames never end.");
        _network.Advance(TimeSpan.FromSeconds(1.0 / 60));
    }
}
