using PollHttp.Testing;

namespace PollHttp.Core.Tests;

/// <summary>Drives one connection to HTTP or to its fault, the way a loop does: poll, then wait for exactly what it wants.</summary>
internal static class ConnectDriver
{
    public static PollConnection Open(SimulatedNetwork network, ConnectionTarget target, PollConnectionOptions? options = null)
    {
        using IPoller poller = network.CreatePoller();
        PollConnection connection = new(network, target, options, poller);
        List<ITransport> ready = [];
        for (int polls = 0; polls < 100_000; polls++)
        {
            connection.Poll();
            if (connection.Phase is ConnectPhase.Http or ConnectPhase.Closed)
            {
                return connection;
            }

            Wait(connection, poller, ready);
        }

        throw new InvalidOperationException($"It spins in {connection.Phase}.");
    }

    private static void Wait(PollConnection connection, IPoller poller, List<ITransport> ready)
    {
        List<(ITransport Transport, TransportInterest Interest)> waited =
            [.. connection.Contenders.Select(contender => (contender, contender.GetInterest(TransportInterest.None)))];
        if (connection.Transport is { } transport && connection.Interest != TransportInterest.None)
        {
            waited.Add((transport, connection.Interest));
        }

        foreach ((ITransport each, TransportInterest interest) in waited)
        {
            poller.Set(each, interest);
        }

        Instant deadline = connection.Wants.Deadline;
        TimeSpan left = deadline == Instant.Never ? Timeout.InfiniteTimeSpan : deadline - connection.Now;
        ready.Clear();
        poller.Wait(left < TimeSpan.Zero && deadline != Instant.Never ? TimeSpan.Zero : left, ready);
        foreach ((ITransport each, _) in waited)
        {
            poller.Set(each, TransportInterest.None);
        }
    }
}
