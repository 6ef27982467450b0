using PollHttp.Connections;
using PollHttp.Sockets;

namespace PollHttp.Loop;

/// <summary>
/// Provides the background drive: one thread for the process, and one more for each network that users bring. A thread starts with the first
/// client, and sleeps when there is nothing to do. It knows connections, not clients, so a dropped client can be collected.
/// </summary>
internal static class ReactorThread
{
    // A handshake must not hold up every other connection of the process.
    private static readonly Lazy<Crew> Reactor = new(
        static () => Start(new SocketNetwork(new SocketNetworkOptions { HandshakeOnThreadPool = true }), SocketNetwork.Default));

    private static readonly Dictionary<INetwork, PollLoop> Others = new(ReferenceEqualityComparer.Instance);

    public static PollLoop Loop => Reactor.Value.Loop;

    /// <summary>Gets the threads of <see cref="Loop"/>.</summary>
    public static Crew Crew => Reactor.Value;

    /// <summary>Gets the loop over a network of the user. Its thread starts with its first client.</summary>
    public static PollLoop LoopOf(INetwork network)
    {
        lock (Others)
        {
            if (!Others.TryGetValue(network, out PollLoop? loop))
            {
                Others.Add(network, loop = Start(network, network).Loop);
            }

            return loop;
        }
    }

    private static Crew Start(INetwork network, INetwork callerNetwork)
    {
        PollLoop loop = new(network, isBackground: true) { CallerNetwork = callerNetwork };
        loop.LetGo();
        Crew crew = new(loop, new CrewClock());
        crew.Start();
        return crew;
    }
}
