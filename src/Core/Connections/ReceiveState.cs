namespace PollHttp.Core;

/// <summary>Specifies what is expected next on the receiving side.</summary>
public enum ReceiveState
{
    /// <summary>No byte is expected: any byte that arrives condemns the connection.</summary>
    Idle,

    /// <summary>A head is expected or being received.</summary>
    Head,

    /// <summary>A body is being received.</summary>
    Body,

    /// <summary>The whole response was received.</summary>
    Done,

    /// <summary>The connection no longer speaks HTTP.</summary>
    Switched,

    /// <summary>Nothing more is expected and the connection must be closed.</summary>
    MustClose,

    /// <summary>The connection is closed.</summary>
    Closed,

    /// <summary>Receiving failed.</summary>
    Failed,
}
