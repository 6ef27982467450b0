namespace PollHttp;

/// <summary>The loops of the sync drive: one for the process over the default network, one a client over any other.</summary>
internal static class SyncLoop
{
    private static readonly Lazy<PollLoop> s_shared = new(static () => PollLoop.ForSync(Sockets.SocketNetwork.Default, ReactorThread.Loop));

    public static PollLoop For(INetwork network) =>
        ReferenceEquals(network, Sockets.SocketNetwork.Default) ? s_shared.Value : PollLoop.ForSync(network, timekeeper: null);

    /// <summary>Whether the loop is of one client, which disposes it.</summary>
    public static bool IsOwn(PollLoop loop) => !s_shared.IsValueCreated || !ReferenceEquals(loop, s_shared.Value);
}
