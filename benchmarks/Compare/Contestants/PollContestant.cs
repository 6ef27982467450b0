using PollHttp.Sockets;

namespace PollHttp.Compare;

/// <summary>Connections driven by hand: one thread, one poller, one reused request head, bodies read as slices.</summary>
internal static class PollContestant
{
    public static Task RaceAsync(Job job) => job.IsHttp2 ? RaceHttp2Async(job) : job.Work == Work.Idle ? RaceIdleAsync(job) : RaceBusyAsync(job);

    private static async Task RaceHttp2Async(Job job)
    {
        using Http2Race race = new(SocketNetwork.Default, job);
        await ContestantProcess.ServeAsync((requests, latencies) =>
        {
            race.Run(requests, latencies);
            return ValueTask.CompletedTask;
        });
    }

    private static async Task RaceBusyAsync(Job job)
    {
        using PollRace race = new(SocketNetwork.Default, job);
        await ContestantProcess.ServeAsync((requests, latencies) =>
        {
            race.Run(requests, latencies);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>What rests here sleeps in the poller, as a program would.</summary>
    private static async Task RaceIdleAsync(Job job)
    {
        PollRace? race = null;
        await IdleRace.ServeAsync(
            job,
            () =>
            {
                race = new(SocketNetwork.Default, job);
                race.Run(job.Connections, null);
                return Task.CompletedTask;
            },
            time =>
            {
                race!.Rest(time);
                return Task.CompletedTask;
            });
        race?.Dispose();
    }
}
