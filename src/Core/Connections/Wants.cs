namespace PollHttp.Core;

/// <summary>
/// Describes what a connection waits for. A driver that waits for exactly this misses nothing and never spins. No flags and no deadline
/// means that the connection is finished and the transport can be disposed.
/// </summary>
/// <param name="Flags">Which sides must become ready.</param>
/// <param name="Deadline">When to call HandleDeadline at the latest; <see cref="Instant.Never"/> for no limit.</param>
public readonly record struct Wants(WantFlags Flags, Instant Deadline)
{
    /// <summary>Gets the value for no flags and no deadline.</summary>
    public static Wants Nothing => new(WantFlags.None, Instant.Never);

    /// <summary>Gets a value indicating whether the connection waits for bytes from the peer and has room for them.</summary>
    public bool Readable => (Flags & WantFlags.Readable) != 0;

    /// <summary>Gets a value indicating whether there is output to send.</summary>
    public bool Writable => (Flags & WantFlags.Writable) != 0;

    /// <summary>
    /// Gets a value indicating whether only the application can make progress: by beginning, writing, consuming or disposing.
    /// </summary>
    public bool Application => (Flags & WantFlags.Application) != 0;
}
