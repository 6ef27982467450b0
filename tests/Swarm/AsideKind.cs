namespace PollHttp.Swarm;

/// <summary>What a server of HTTP/2 does on the connection when a request comes, which no call may notice.</summary>
internal enum AsideKind
{
    None,
    Ping,

    /// <summary>Sets another initial window and another limit of streams.</summary>
    Settings,

    /// <summary>Allows no stream for a while.</summary>
    NoStreams,

    /// <summary>Sets another size of its table of fields.</summary>
    Table,

    /// <summary>Sends frames of unknown types, and of known ones that say nothing to a client.</summary>
    Unknown,

    /// <summary>Sends what belongs to a stream that has ended.</summary>
    Closed,
}
