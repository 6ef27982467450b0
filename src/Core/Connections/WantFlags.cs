namespace PollHttp.Core;

/// <summary>Specifies what a connection waits for.</summary>
[Flags]
public enum WantFlags
{
    /// <summary>The connection waits for nothing.</summary>
    None = 0,

    /// <summary>The connection waits for bytes from the peer.</summary>
    Readable = 1,

    /// <summary>There is output to send.</summary>
    Writable = 2,

    /// <summary>Only the application can make progress.</summary>
    Application = 4,
}
