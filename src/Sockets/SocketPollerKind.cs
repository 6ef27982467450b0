namespace PollHttp.Sockets;

/// <summary>Which poller a network makes.</summary>
internal enum SocketPollerKind
{
    /// <summary>When the best one of the system should be taken.</summary>
    Auto,

    /// <summary>When the portable one should be taken.</summary>
    Select,

    /// <summary>When Linux's own should be taken.</summary>
    Epoll,
}
