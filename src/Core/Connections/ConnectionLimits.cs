namespace PollHttp.Core;

/// <summary>
/// Bounds of one connection: sizes in bytes, times as spans; null means no limit, as <see cref="Timeout.InfiniteTimeSpan"/> does. Set before
/// use; values are read during exchanges. A setter throws <see cref="ArgumentOutOfRangeException"/> for a value that is no bound.
/// </summary>
public sealed class ConnectionLimits
{
    /// <summary>The status line without its line end; 8 KiB.</summary>
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

    /// <summary>The trailer section; 16 KiB.</summary>
    public int TrailerBytes { get; set => field = OptionValue.AtLeast(0, value); } = 16 * 1024;

    /// <summary>Fields of the trailer section; 64.</summary>
    public int TrailerCount { get; set => field = OptionValue.AtLeast(0, value); } = 64;

    /// <summary>The content of a response as framed on the wire; null, no limit.</summary>
    public long? BodyBytes { get; set => field = OptionValue.AtLeastOrNone(0, value); }

    /// <summary>A request head; 64 KiB.</summary>
    public int RequestHeadBytes { get; set => field = OptionValue.AtLeast(1, value); } = 64 * 1024;

    /// <summary>Unconsumed received bytes at which reading stops; 512 KiB.</summary>
    public int ReceiveHighWater { get; set => field = OptionValue.AtLeast(1, value); } = 512 * 1024;

    /// <summary>Unconsumed received bytes under which reading goes on; 128 KiB.</summary>
    public int ReceiveLowWater { get; set => field = OptionValue.AtLeast(0, value); } = 128 * 1024;

    /// <summary>Written but unsent bytes at which Write accepts no more; 256 KiB.</summary>
    public int SendHighWater { get; set => field = OptionValue.AtLeast(1, value); } = 256 * 1024;

    /// <summary>
    /// From the last byte of the request to the end of the response head; null, no limit of its own: <c>PollHttpClient.Timeout</c> ends the wait,
    /// or <see cref="PollClientOptions.ResponseHeadTimeout"/> and <see cref="PollConnectionOptions.ResponseHeadTimeout"/>.
    /// </summary>
    public TimeSpan? ResponseHeadTimeout { get; set => field = OptionValue.LimitOrNone(value); }

    /// <summary>Silence of the peer inside a body; 60 s. Stops while the application does not read.</summary>
    public TimeSpan? BodyIdleTimeout { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The least bytes a second at which a body must come, over each <see cref="MinimumRateWindow"/>; null, no limit. Only the
    /// time in which the peer is awaited counts.
    /// </summary>
    public long? MinimumBytesPerSecond { get; set => field = OptionValue.AtLeastOrNone(1, value); }

    /// <summary>Over how long <see cref="MinimumBytesPerSecond"/> is judged; 30 s.</summary>
    public TimeSpan MinimumRateWindow { get; set => field = OptionValue.Limit(value); } = TimeSpan.FromSeconds(30);

    /// <summary>Output that the peer does not take; 60 s.</summary>
    public TimeSpan? SendStallTimeout { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for an interim 100 before the content is sent unasked; 1 s.</summary>
    public TimeSpan ContinueTimeout { get; set => field = OptionValue.ZeroOrLimit(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How long an idle connection is kept; null, no limit here (pools have their own).</summary>
    public TimeSpan? KeepAliveIdleTimeout { get; set => field = OptionValue.LimitOrNone(value); }

    /// <summary>Accepts a lone LF as the end of a line of the head, never inside chunk framing; off.</summary>
    public bool AllowBareLineFeed { get; set; }

    /// <summary>
    /// Refuses a field that goes on in the next line instead of joining the lines with a space (RFC 9112 §5.2); off. One in
    /// Content-Length, Transfer-Encoding or Connection is always refused.
    /// </summary>
    public bool RefuseLineFolding { get; set; }

    /// <summary>
    /// Drops spaces between the name of a field and its colon, except in Content-Length, Transfer-Encoding and Connection, where it is
    /// always refused (RFC 9112 §5.1); off.
    /// </summary>
    public bool AllowSpaceBeforeColon { get; set; }

    /// <summary>
    /// Takes <c>Transfer-Encoding: identity</c>, which RFC 9112 no longer has, for no coding; the connection is closed after such a response.
    /// Off.
    /// </summary>
    public bool AllowIdentityCoding { get; set; }

    /// <summary>Takes a 101 for a switch of protocols even where the request did not ask for it (RFC 9110 §15.2.2); off.</summary>
    public bool AllowUnofferedSwitch { get; set; }

    /// <summary>Takes two lines <c>Transfer-Encoding: chunked</c> for one coding; off .</summary>
    public bool AllowRepeatedChunked { get; set; }

    /// <summary>Keeps control characters in field values and turns NUL into a space; off .</summary>
    public bool AllowControlCharacters { get; set; }

    /// <summary>Takes a TLS end without close_notify for the end of a body that runs to the close; off .</summary>
    public bool AllowMissingCloseNotify { get; set; }

    internal static ConnectionLimits Default { get; } = new();
}
