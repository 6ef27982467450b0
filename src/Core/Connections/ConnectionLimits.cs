namespace PollHttp.Core;

/// <summary>
/// How much of a message is taken, and how much of it is held: sizes in bytes, counts, the least speed; null means no limit. Set before use;
/// values are read during exchanges. A setter throws <see cref="ArgumentOutOfRangeException"/> for a value that is no bound.
/// </summary>
public sealed class ConnectionLimits
{
    /// <summary>Gets or sets the status line without its line end; 8 KiB.</summary>
    public int StatusLineBytes { get; set => field = OptionValue.AtLeast(1, value); } = 8 * 1024;

    /// <summary>One field line without its line end; 32 KiB.</summary>
    public int FieldLineBytes { get; set => field = OptionValue.AtLeast(1, value); } = 32 * 1024;

    /// <summary>All heads of an exchange together, interim ones and line ends included; 64 KiB.</summary>
    public int HeadBytes { get; set => field = OptionValue.AtLeast(1, value); } = 64 * 1024;

    /// <summary>Fields of one head; 200.</summary>
    public int FieldCount { get; set => field = OptionValue.AtLeast(0, value); } = 200;

    /// <summary>Interim responses before the final one; 32.</summary>
    public int InformationalCount { get; set => field = OptionValue.AtLeast(0, value); } = 32;

    /// <summary>What follows the size of a chunk on its line, white space included; 4 KiB.</summary>
    public int ChunkExtensionLineBytes { get; set => field = OptionValue.AtLeast(0, value); } = 4 * 1024;

    /// <summary>
    /// Chunk extensions beyond 64 bytes for each byte of data; 64 KiB. What one chunk has too much, the data of later ones makes up for: a
    /// body may have extensions on every chunk for as long as it lasts.
    /// </summary>
    public int ChunkExtensionBytes { get; set => field = OptionValue.AtLeast(0, value); } = 64 * 1024;

    /// <summary>Gets or sets the trailer section; 16 KiB.</summary>
    public int TrailerBytes { get; set => field = OptionValue.AtLeast(0, value); } = 16 * 1024;

    /// <summary>Fields of the trailer section; 64.</summary>
    public int TrailerCount { get; set => field = OptionValue.AtLeast(0, value); } = 64;

    /// <summary>Gets or sets the content of a response as framed on the wire; null, no limit.</summary>
    public long? BodyBytes { get; set => field = OptionValue.AtLeastOrNone(0, value); }

    /// <summary>Gets or sets a request head; 64 KiB.</summary>
    public int RequestHeadBytes { get; set => field = OptionValue.AtLeast(1, value); } = 64 * 1024;

    /// <summary>Unconsumed received bytes at which reading stops; 512 KiB.</summary>
    public int ReceiveHighWater { get; set => field = OptionValue.AtLeast(1, value); } = 512 * 1024;

    /// <summary>Unconsumed received bytes under which reading goes on; 128 KiB.</summary>
    public int ReceiveLowWater { get; set => field = OptionValue.AtLeast(0, value); } = 128 * 1024;

    /// <summary>Written but unsent bytes at which Write accepts no more; 256 KiB.</summary>
    public int SendHighWater { get; set => field = OptionValue.AtLeast(1, value); } = 256 * 1024;

    /// <summary>
    /// Gets or sets the least bytes a second at which a body must come, over each <see cref="MinimumRateWindow"/>; null, no limit. Only the
    /// time in which the peer is awaited counts.
    /// </summary>
    public long? MinimumBytesPerSecond { get; set => field = OptionValue.AtLeastOrNone(1, value); }

    /// <summary>Over how long <see cref="MinimumBytesPerSecond"/> is measured; 30 s.</summary>
    public TimeSpan MinimumRateWindow { get; set => field = OptionValue.Limit(value); } = TimeSpan.FromSeconds(30);
}
