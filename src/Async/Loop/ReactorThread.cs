using PollHttp.Sockets;

namespace PollHttp;

/// <summary>
/// The background drive: one thread for the process, started with the first client, asleep when there is nothing to do.
/// It knows connections, not clients: a client that is dropped can be collected.
/// </summary>
internal static class ReactorThread
{
    private static readonly Lazy<PollLoop> Reactor = new(Start);

    public static PollLoop Loop => Reactor.Value;

    private static PollLoop Start()
    {
        // One handshake must not hold up every other connection of the process.
        SocketNetwork network = new(new SocketNetworkOptions { HandshakeOnThreadPool = true });
        PollLoop loop = new(network, isBackground: true) { CallerNetwork = SocketNetwork.Default };
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
