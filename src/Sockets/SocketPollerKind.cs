namespace PollHttp.Sockets;

/// <summary>Which poller a network makes.</summary>
internal enum SocketPollerKind
{
    /// <summary>The best one of the system should be taken.</summary>
    Auto,

    /// <summary>The portable one should be taken.</summary>
    Select,

    /// <summary>Linux's own should be taken.</summary>
    Epoll,
}
