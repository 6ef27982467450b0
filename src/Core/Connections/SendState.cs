namespace PollHttp.Core;

/// <summary>Specifies what may happen next on the sending side. Unsent output shows in <see cref="Wants.Writable"/> instead.</summary>
public enum SendState
{
    /// <summary>A request may be begun.</summary>
    Idle,

    /// <summary>The head is written and the content waits for an interim 100.</summary>
    AwaitContinue,

    /// <summary>Content may be written.</summary>
    Body,

    /// <summary>The request is complete.</summary>
    Done,

    /// <summary>The request is complete and asked to stop speaking HTTP (CONNECT, Upgrade).</summary>
    MightSwitch,

    /// <summary>The connection no longer speaks HTTP.</summary>
    Switched,

    /// <summary>Nothing more may be sent and the connection must be closed.</summary>
    MustClose,

    /// <summary>The connection is closed.</summary>
    Closed,

    /// <summary>Sending failed.</summary>
    Failed,
}
