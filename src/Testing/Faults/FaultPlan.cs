namespace PollHttp.Testing;

/// <summary>What goes wrong on a <see cref="FaultyTransport"/>. Counts are per transport; null and 0 mean: never.</summary>
public sealed class FaultPlan
{
    /// <summary>Decides the sizes when <see cref="RandomSizes"/> is set.</summary>
    public int Seed { get; init; }

    /// <summary>Gets or sets the most bytes one read gives.</summary>
    public int MaxReadBytes { get; init; } = int.MaxValue;

    /// <summary>Gets or sets the most bytes one write takes.</summary>
    public int MaxWriteBytes { get; init; } = int.MaxValue;

    /// <summary>Gets or sets a value indicating whether each read and write moves a random number of bytes up to those limits (and at most
    /// 64 KiB).</summary>
    public bool RandomSizes { get; init; }

    /// <summary>Gets or sets the connection fails once this many bytes were read.</summary>
    public long? FailAfterBytesRead { get; init; }

    /// <summary>Gets or sets the connection fails once this many bytes were written.</summary>
    public long? FailAfterBytesWritten { get; init; }

    /// <summary>How often each read or write would block before it goes through.</summary>
    public int WouldBlockBeforeEachCall { get; init; }

    /// <summary>Gets or sets the number, from 1, of the read or write (counted together) that fails.</summary>
    public int? FailOnCall { get; init; }

    /// <summary>Gets or sets the number, from 1, of the read or write (counted together) for which this machine has no buffers: it moves
    /// nothing, and is to be made once more after a moment.</summary>
    public int? OutOfBuffersOnCall { get; init; }

    /// <summary>Gets or sets the failure reported. Default: a reset.</summary>
    public TransportError Error { get; init; } = TransportError.Reset;
}
