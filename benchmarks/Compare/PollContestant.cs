using PollHttp.Core;
using PollHttp.Sockets;

namespace PollHttp.Compare;

/// <summary>Connections driven by hand: one thread, one poller, one reused request head, bodies read as slices.</summary>
internal static class PollContestant
{
    public static async Task RaceAsync(int port)
    {
        using PollRace race = new(SocketNetwork.Default, port);
        await ContestantProcess.ServeAsync(requests =>
        {
            race.Run(requests);
            return ValueTask.CompletedTask;
        });
    }
}
