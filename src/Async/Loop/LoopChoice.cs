using PollHttp.Sockets;

namespace PollHttp.Loop;

/// <summary>Chooses the loop that polls the connections of a client or handler: the given one, or one in background drive.</summary>
internal static class LoopChoice
{
    /// <exception cref="ArgumentException">
    /// The loop and the network do not belong together, or the network alone cannot be polled in the background.
    /// </exception>
    public static PollLoop Of(PollLoop? loop, INetwork? network)
    {
        Check(loop, network);
        return loop ?? (network is null || ReferenceEquals(network, SocketNetwork.Default) ? ReactorThread.Loop : InBackground(network));
    }

    /// <exception cref="ArgumentException">The loop runs over another network.</exception>
    public static void Check(PollLoop? loop, INetwork? network)
    {
        if (loop is not null && network is not null && !ReferenceEquals(loop.Network, network))
        {
            throw new ArgumentException(
                "The loop runs over another network than the one that is set. Create the loop with its network, new PollLoop(network) or "
                    + "PollLoop.Run(main, network), and set only the loop.");
        }
    }

    private static PollLoop InBackground(INetwork network) => network.TimeProvider == TimeProvider.System
        ? ReactorThread.LoopOf(network)
        : throw new ArgumentException(
            "A network with a clock of its own, a simulated one for instance, moves only while a loop of yours polls it: give the client that "
                + "loop, as PollLoop.Run(loop => …, network) hands it out.");
}
