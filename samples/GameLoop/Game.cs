using System.Diagnostics;
using System.Globalization;

namespace PollHttp.GameLoop;

/// <summary>The main loop: each frame moves the world, gives the network its share of the frame, draws, and rests.</summary>
internal sealed class Game(Settings settings, Uri server)
{
    private static readonly TimeSpan s_firstSecond = TimeSpan.FromSeconds(1);

    private readonly FrameTimes _times = new(settings.Fps * settings.Seconds);

    /// <summary>Polls alone, in the first second, when all that runs for the first time is compiled.</summary>
    private readonly FrameTimes _firstPolls = new(settings.Fps + 1);

    public int Play()
    {
        if (settings.IsPrepared)
        {
            Preparation.RunAsync().Wait(); // a game shows its title meanwhile
        }

        using PollLoop loop = new();
        using PollHttpClient client = new(loop);
        using CancellationTokenSource quit = new();
        using Screen screen = Screen.Open(settings);
        Downloader[] downloads = [.. Enumerable.Range(1, settings.Files).Select(i => new Downloader(client, new Uri(server, $"/level{i}.pak"), settings.Chunk))];

        Task[] running = [.. downloads.Select(d => d.RunAsync(quit.Token))];
        long start = Stopwatch.GetTimestamp();
        long next = start;
        TimeSpan played = default;
        for (int frame = 0; played < TimeSpan.FromSeconds(settings.Seconds) && !screen.IsClosed; frame++)
        {
            long begin = Stopwatch.GetTimestamp();
            loop.Poll(settings.NetworkBudget);
            played = Stopwatch.GetElapsedTime(start);
            if (played < s_firstSecond)
            {
                _firstPolls.Add(Stopwatch.GetElapsedTime(begin));
            }

            screen.Draw(frame, played, downloads, _times);
            _times.Add(Stopwatch.GetElapsedTime(begin));

            if (Array.Find(running, t => t.IsFaulted) is { } broken)
            {
                broken.GetAwaiter().GetResult();
            }

            next += (long)(settings.Frame.TotalSeconds * Stopwatch.Frequency);
            Rest(next);
        }

        long bytes = downloads.Sum(d => d.TotalBytes);
        quit.Cancel();
        while (!Array.TrueForAll(running, t => t.IsCompleted))
        {
            loop.Poll();
        }

        screen.Dispose();
        Report(bytes, played);
        return 0;
    }

    private static void Rest(long until)
    {
        TimeSpan left = TimeSpan.FromSeconds((until - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency);
        if (left > TimeSpan.Zero)
        {
            Thread.Sleep(left);
        }
    }

    private void Report(long bytes, TimeSpan played)
    {
        double budget = settings.Frame.TotalMilliseconds;
        double p999 = _times.Percentile(0.999);
        double rate = bytes / played.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {_times.Count} frames at {settings.Fps} fps, {settings.Files} downloads reading {settings.Chunk} bytes at a time, {played.TotalSeconds:0.0} s
            work of a frame, in ms of {budget:0.00}: median {_times.Percentile(0.5):0.00}, p99 {_times.Percentile(0.99):0.00}, p99.9 {p999:0.00}, worst {_times.Worst:0.00}
            the first second, {(settings.IsPrepared ? "prepared" : "cold")}: polls in ms of {settings.NetworkBudget.TotalMilliseconds:0.00}: median {_firstPolls.Percentile(0.5):0.00}, worst {_firstPolls.Worst:0.00}
            over the budget, in ms: p99.9 {Math.Max(0, p999 - budget):0.00}, worst {Math.Max(0, _times.Worst - budget):0.00}
            received {bytes / 1e6:0.0} MB, {rate / 1e6:0.0} MB/s: {100 * rate / settings.LinkBytes:0.0} % of the link of {settings.Link} MB/s
            """));
    }
}
