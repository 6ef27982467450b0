namespace PollHttp.Core;

/// <summary>What is legal next on the sending side. Flushing shows in <see cref="Wants.Writable"/> instead.</summary>
public enum SendState
{
    /// <summary>When a request may be begun.</summary>
    Idle,

    /// <summary>When the head is written and the content waits for an interim 100.</summary>
    AwaitContinue,

    /// <summary>When content may be written.</summary>
    Body,

    /// <summary>When the request is complete.</summary>
    Done,

    /// <summary>When the request is complete and asked to stop speaking HTTP (CONNECT, Upgrade).</summary>
    MightSwitch,

    /// <summary>When the connection no longer speaks HTTP.</summary>
    Switched,

    /// <summary>When nothing more may be sent and the connection must be closed.</summary>
    MustClose,

    /// <summary>When the connection is closed.</summary>
    Closed,

    /// <summary>When sending failed.</summary>
    Failed,
}
