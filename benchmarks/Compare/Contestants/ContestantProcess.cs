using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text.Json;

namespace PollHttp.Compare;

/// <summary>The contestant's side of the conversation: <c>run N</c> or <c>time N</c> in, a <see cref="Round"/> as a line of JSON out.</summary>
internal static class ContestantProcess
{
    /// <summary>Every contestant that is a process of this executable, by name.</summary>
    private static readonly Dictionary<string, Func<Job, Task>> s_all = new()
    {
        ["pollhttp-poll"] = PollContestant.RaceAsync,
        ["pollhttp-run"] = RunContestant.RaceAsync,
        ["pollhttp-pipe"] = RunContestant.RaceWithPipeAsync,
        ["pollhttp-stream"] = RunContestant.RaceWithStreamAsync,
        ["pollhttp-background"] = BackgroundContestant.RaceAsync,
        ["pollhttp-sync"] = SyncContestants.RaceAsync,
        ["httpclient"] = HttpClientContestant.RaceAsync,
        ["httpclient-sync"] = SyncContestants.RaceWithHttpClientAsync,
        ["httpclient-pollhttp"] = HandlerContestant.RaceAsync,
        ["raw-epoll"] = EpollContestant.RaceAsync,
        ["recv-loop"] = ReceiveLoopContestant.RaceAsync,
    };

    public static bool Knows(string name) => s_all.ContainsKey(name);

    public static async Task<int> RunAsync(string name, string job)
    {
        try
        {
            await s_all[name](JsonSerializer.Deserialize<Job>(job, JsonSerializerOptions.Web)!);
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
    public static Task ServeAsync(Func<int, LatencyLog?, ValueTask> run) => AnswerAsync(async command =>
    {
        int operations = int.Parse(command.AsSpan(command.IndexOf(' ', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        LatencyLog? latencies = command.StartsWith("time", StringComparison.Ordinal) ? new(operations) : null;
        GC.Collect();
        int collections = Collections();
        long? wakeUps = WakeUps.Count();
        TimeSpan compiling = JitInfo.GetCompilationTime();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        await run(operations, latencies);
        TimeSpan wall = Stopwatch.GetElapsedTime(start);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        using Process self = Process.GetCurrentProcess();
        return new Round
        {
            Operations = operations,
            CpuMicros = cpu.TotalMicroseconds,
            WallMicros = wall.TotalMicroseconds,
            CompilingMicros = (JitInfo.GetCompilationTime() - compiling).TotalMicroseconds,
            AllocatedBytes = allocated,
            Collections = Collections() - collections,
            WakeUps = WakeUps.Count() - wakeUps,
            PeakBytes = self.PeakWorkingSet64,
            LatencyMicros = latencies?.Percentiles(),
        };
    });

    public static async Task AnswerAsync(Func<string, Task<Round>> answer)
    {
        while (Console.In.ReadLine() is { } command)
        {
            Round round = await answer(command);
            Console.Out.WriteLine(JsonSerializer.Serialize(round, JsonSerializerOptions.Web));
            Console.Out.Flush();
        }
    }

    /// <summary>Fails the contestant when the body is not the expected one: a fast wrong answer is no answer.</summary>
    public static void Check(Job job, int status, long bodyBytes)
    {
        if (status != 200 || bodyBytes != job.ExpectedBytes)
        {
            throw new ContestantException($"expected status 200 and {job.ExpectedBytes} bytes, got {status} and {bodyBytes}");
        }
    }

    public static void CheckItems(JsonItem[]? items)
    {
        if (items?.Length != JsonItems.Count)
        {
            throw new ContestantException($"expected {JsonItems.Count} items, got {items?.Length}");
        }
    }

    private static int Collections() => GC.CollectionCount(0);
}
