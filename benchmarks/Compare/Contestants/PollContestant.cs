using PollHttp.Sockets;

namespace PollHttp.Compare;

/// <summary>Connections driven by hand: one thread, one poller, one reused request head, bodies read as slices.</summary>
internal static class PollContestant
{
    public static async Task RaceAsync(Job job)
    {
        using PollRace race = new(SocketNetwork.Default, job);
        await ContestantProcess.ServeAsync((requests, latencies) =>
        {
            race.Run(requests, latencies);
            return ValueTask.CompletedTask;
        });
    }
}
