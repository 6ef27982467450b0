namespace PollHttp.Sockets;

/// <summary>Specifies the poller that a network creates.</summary>
internal enum SocketPollerKind
{
    /// <summary>The best poller of the system.</summary>
    Auto,

    /// <summary>The portable poller.</summary>
    Select,

    /// <summary>Linux's epoll.</summary>
    Epoll,
}
