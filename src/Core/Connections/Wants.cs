namespace PollHttp.Core;

/// <summary>
/// What a connection waits for. A driver that waits for exactly this misses nothing and never spins. No flags and no deadline
/// means: finished, dispose the transport.
/// </summary>
/// <param name="Flags">Which sides must become ready.</param>
/// <param name="Deadline">When to call HandleDeadline at the latest; <see cref="Instant.Never"/> for no limit.</param>
public readonly record struct Wants(WantFlags Flags, Instant Deadline)
{
    /// <summary>Nothing at all.</summary>
    public static Wants Nothing => new(WantFlags.None, Instant.Never);

    /// <summary>Gets a value indicating whether bytes from the peer are awaited and there is room for them.</summary>
    public bool Readable => (Flags & WantFlags.Readable) != 0;

    /// <summary>Gets a value indicating whether there is output to send.</summary>
    public bool Writable => (Flags & WantFlags.Writable) != 0;

    /// <summary>Gets a value indicating whether only the application can make progress: begin, write, consume, or dispose.</summary>
    public bool Application => (Flags & WantFlags.Application) != 0;
}
