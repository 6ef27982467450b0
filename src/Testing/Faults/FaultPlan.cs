namespace PollHttp.Testing;

/// <summary>Specifies the faults of a <see cref="FaultyTransport"/>. Counts are per transport; null and 0 mean never.</summary>
public sealed class FaultPlan
{
    /// <summary>Gets or sets the seed of the sizes if <see cref="RandomSizes"/> is set.</summary>
    public int Seed { get; init; }

    /// <summary>Gets or sets the maximum number of bytes of one read.</summary>
    public int MaxReadBytes { get; init; } = int.MaxValue;

    /// <summary>Gets or sets the maximum number of bytes of one write.</summary>
    public int MaxWriteBytes { get; init; } = int.MaxValue;

    /// <summary>Gets or sets a value indicating whether each read and write moves a random number of bytes up to those limits (and at most
    /// 64 KiB).</summary>
    public bool RandomSizes { get; init; }

    /// <summary>Gets or sets the number of bytes read after which the connection fails.</summary>
    public long? FailAfterBytesRead { get; init; }

    /// <summary>Gets or sets the number of bytes written after which the connection fails.</summary>
    public long? FailAfterBytesWritten { get; init; }

    /// <summary>Gets or sets how often each read or write would block before it succeeds.</summary>
    public int WouldBlockBeforeEachCall { get; init; }

    /// <summary>Gets or sets the number, from 1, of the read or write (counted together) that fails.</summary>
    public int? FailOnCall { get; init; }

    /// <summary>
    /// Gets or sets the number, from 1, of the read or write (counted together) for which the system is out of buffers: it moves nothing,
    /// and should be retried after a moment.
    /// </summary>
    public int? OutOfBuffersOnCall { get; init; }

    /// <summary>Gets or sets the failure to report; a reset by default.</summary>
    public TransportError Error { get; init; } = TransportError.Reset;
}
