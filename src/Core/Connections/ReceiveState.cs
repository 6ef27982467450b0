namespace PollHttp.Core;

/// <summary>What is expected next on the receiving side.</summary>
public enum ReceiveState
{
    /// <summary>When no byte is expected: any that comes condemns the connection.</summary>
    Idle,

    /// <summary>When a head is expected or under way.</summary>
    Head,

    /// <summary>When a body is under way.</summary>
    Body,

    /// <summary>When the response was received whole.</summary>
    Done,

    /// <summary>When the connection no longer speaks HTTP.</summary>
    Switched,

    /// <summary>When nothing more is expected and the connection must be closed.</summary>
    MustClose,

    /// <summary>When the connection is closed.</summary>
    Closed,

    /// <summary>When receiving failed.</summary>
    Failed,
}
