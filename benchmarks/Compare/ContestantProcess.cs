using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PollHttp.Compare;

/// <summary>The contestant's side of the conversation: <c>run N</c> in, a <see cref="Round"/> as a line of JSON out.</summary>
internal static class ContestantProcess
{
    /// <summary>Every contestant by name, in the order of the table.</summary>
    public static IReadOnlyList<(string Name, Func<int, Task> Race)> All { get; } =
    [
        ("pollhttp-poll", PollContestant.RaceAsync),
        ("pollhttp-run", RunContestant.RaceAsync),
        ("pollhttp-background", BackgroundContestant.RaceAsync),
        ("httpclient", HttpClientContestant.RaceAsync),
    ];

    public static async Task<int> RunAsync(string name, int port)
    {
        try
        {
            await All.First(c => c.Name == name).Race(port);
            return 0;
        }
        catch (Exception e)
        {
            // The harness shows it: a contestant's failure, of whatever kind, is a result.
            await Console.Error.WriteLineAsync($"{e.GetType().Name}: {e.Message}\n{e.StackTrace}");
            return 1;
        }
    }

    /// <summary>
    /// Serves commands until the input ends. Reading one blocks the calling thread: between rounds a contestant has nothing to do.
    /// </summary>
    public static async Task ServeAsync(Func<int, ValueTask> run)
    {
        while (Console.In.ReadLine() is { } command)
        {
            int requests = int.Parse(command.AsSpan("run ".Length), CultureInfo.InvariantCulture);
            GC.Collect();
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            long start = Stopwatch.GetTimestamp();
            await run(requests);
            TimeSpan wall = Stopwatch.GetElapsedTime(start);
            cpu = Environment.CpuUsage.TotalTime - cpu;
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            Console.Out.WriteLine(JsonSerializer.Serialize(new Round(requests, cpu.TotalMicroseconds, wall.TotalMicroseconds, allocated), JsonSerializerOptions.Web));
            Console.Out.Flush();
        }
    }

    /// <summary>The URL that every contestant asks for.</summary>
    public static Uri Url(int port) => new($"http://127.0.0.1:{port}/hello");

    /// <summary>Fails the contestant when the body is not the expected one: a fast wrong answer is no answer.</summary>
    public static void Check(int status, long bodyBytes)
    {
        if (status != 200 || bodyBytes != 13)
        {
            throw new ContestantException($"expected status 200 and 13 bytes, got {status} and {bodyBytes}");
        }
    }
}
