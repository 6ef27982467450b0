using PollHttp.Connections;
using PollHttp.Sockets;

namespace PollHttp.Loop;

/// <summary>
/// The background drive: one thread for the process (one more for each network that users bring), started with the first client, asleep when there is nothing to do.
/// It knows connections, not clients: a client that is dropped can be collected.
/// </summary>
internal static class ReactorThread
{
    // One handshake must not hold up every other connection of the process.
    private static readonly Lazy<PollLoop> Reactor = new(
        static () => Start(new SocketNetwork(new SocketNetworkOptions { HandshakeOnThreadPool = true }), SocketNetwork.Default));

    private static readonly Dictionary<INetwork, PollLoop> Others = new(ReferenceEqualityComparer.Instance);

    public static PollLoop Loop => Reactor.Value;

    /// <summary>Gets the loop over a network of the user's, with a thread that is started with its first client.</summary>
    public static PollLoop LoopOf(INetwork network)
    {
        lock (Others)
        {
            if (!Others.TryGetValue(network, out PollLoop? loop))
            {
                Others.Add(network, loop = Start(network, network));
            }

            return loop;
        }
    }

    private static PollLoop Start(INetwork network, INetwork callerNetwork)
    {
        PollLoop loop = new(network, isBackground: true) { CallerNetwork = callerNetwork };
        Thread thread = new(static state => Drive((PollLoop)state!))
        {
            IsBackground = true,
            Name = "PollHttp reactor",
        };
        thread.UnsafeStart(loop);
        return loop;
    }

    private static void Drive(PollLoop loop)
    {
        loop.BindToCurrentThread();
        while (true)
        {
            try
            {
                loop.RunInputOutput(Timeout.InfiniteTimeSpan);
                loop.RunUserCode();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // What the user's code throws ends its own connection (PooledConnection.Break) and does not come here; the reactor
                // lives on even so.
                System.Diagnostics.Debug.Fail("The reactor caught an exception.", e.ToString());
            }
        }
    }
}
