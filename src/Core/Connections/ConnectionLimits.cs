namespace PollHttp.Core;

/// <summary>
/// Limits how much of a message is accepted and buffered: sizes in bytes, counts, the minimum rate. Null means no limit. Set before use;
/// values are read during exchanges. A setter throws <see cref="ArgumentOutOfRangeException"/> for an invalid limit.
/// </summary>
public sealed class ConnectionLimits
{
    /// <summary>Gets or sets the maximum size of the status line without its line end; 8 KiB.</summary>
    public int StatusLineBytes { get; set => field = OptionValue.AtLeast(1, value); } = 8 * 1024;

    /// <summary>Gets or sets the maximum size of one field line without its line end; 32 KiB.</summary>
    public int FieldLineBytes { get; set => field = OptionValue.AtLeast(1, value); } = 32 * 1024;

    /// <summary>Gets or sets the maximum total size of all heads of an exchange, including interim ones and line ends; 64 KiB.</summary>
    public int HeadBytes { get; set => field = OptionValue.AtLeast(1, value); } = 64 * 1024;

    /// <summary>Gets or sets the maximum number of fields of one head; 200.</summary>
    public int FieldCount { get; set => field = OptionValue.AtLeast(0, value); } = 200;

    /// <summary>Gets or sets the maximum number of interim responses before the final one; 32.</summary>
    public int InformationalCount { get; set => field = OptionValue.AtLeast(0, value); } = 32;

    /// <summary>Gets or sets the maximum size of what follows the size of a chunk on its line, including white space; 4 KiB.</summary>
    public int ChunkExtensionLineBytes { get; set => field = OptionValue.AtLeast(0, value); } = 4 * 1024;

    /// <summary>
    /// Gets or sets the maximum size of chunk extensions beyond 64 bytes for each byte of data; 64 KiB. The data of later chunks makes up
    /// for an excess of earlier ones, so a long body may have extensions on every chunk.
    /// </summary>
    public int ChunkExtensionBytes { get; set => field = OptionValue.AtLeast(0, value); } = 64 * 1024;

    /// <summary>Gets or sets the maximum size of the trailer section; 16 KiB.</summary>
    public int TrailerBytes { get; set => field = OptionValue.AtLeast(0, value); } = 16 * 1024;

    /// <summary>Gets or sets the maximum number of fields in the trailer section; 64.</summary>
    public int TrailerCount { get; set => field = OptionValue.AtLeast(0, value); } = 64;

    /// <summary>Gets or sets the maximum size of the content of a response, as framed on the wire; null for no limit.</summary>
    public long? BodyBytes { get; set => field = OptionValue.AtLeastOrNone(0, value); }

    /// <summary>Gets or sets the maximum size of a request head; 64 KiB.</summary>
    public int RequestHeadBytes { get; set => field = OptionValue.AtLeast(1, value); } = 64 * 1024;

    /// <summary>Gets or sets the number of unconsumed received bytes at which receiving stops; 512 KiB.</summary>
    public int ReceiveHighWater { get; set => field = OptionValue.AtLeast(1, value); } = 512 * 1024;

    /// <summary>Gets or sets the number of unconsumed received bytes below which receiving resumes; 128 KiB.</summary>
    public int ReceiveLowWater { get; set => field = OptionValue.AtLeast(0, value); } = 128 * 1024;

    /// <summary>Gets or sets the number of written but unsent bytes at which Write accepts no more; 256 KiB.</summary>
    public int SendHighWater { get; set => field = OptionValue.AtLeast(1, value); } = 256 * 1024;

    /// <summary>
    /// Gets or sets the minimum rate of a body, in bytes per second, measured over each <see cref="MinimumRateWindow"/>; null for no limit.
    /// Only time spent waiting for the peer counts.
    /// </summary>
    public long? MinimumBytesPerSecond { get; set => field = OptionValue.AtLeastOrNone(1, value); }

    /// <summary>Gets or sets the window over which <see cref="MinimumBytesPerSecond"/> is measured; 30 s.</summary>
    public TimeSpan MinimumRateWindow { get; set => field = OptionValue.Limit(value); } = TimeSpan.FromSeconds(30);
}
