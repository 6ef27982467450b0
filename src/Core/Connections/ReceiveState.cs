namespace PollHttp.Core;

/// <summary>What is expected next on the receiving side.</summary>
public enum ReceiveState
{
    /// <summary>No byte is expected: any that comes condemns the connection.</summary>
    Idle,

    /// <summary>A head is expected or under way.</summary>
    Head,

    /// <summary>A body is under way.</summary>
    Body,

    /// <summary>The response was received whole.</summary>
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
