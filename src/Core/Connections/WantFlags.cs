namespace PollHttp.Core;

/// <summary>The sides a connection can wait for.</summary>
[Flags]
public enum WantFlags
{
    /// <summary>When it waits for nobody.</summary>
    None = 0,

    /// <summary>Bytes from the peer are awaited.</summary>
    Readable = 1,

    /// <summary>There is output to send.</summary>
    Writable = 2,

    /// <summary>Only the application can make progress.</summary>
    Application = 4,
}
