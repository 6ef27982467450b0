using System.Diagnostics.CodeAnalysis;

namespace PollHttp;

/// <summary>Which content codings are asked for and decoded as the bytes arrive, and how far.</summary>
/// <remarks>
/// <c>Accept-Encoding</c> is sent for these codings unless the request has its own, or has a <c>Range</c> (R-214). A response in
/// one of them is decoded whoever asked for it; its <c>Content-Encoding</c> and <c>Content-Length</c> are then out of
/// sight. Not decoded: a partial response (206), one without content, and one in a coding that is not listed here.
/// </remarks>
public sealed class DecompressionOptions
{
    internal static readonly DecompressionOptions Off = new() { Codings = ContentCodings.None };

    /// <summary>The defaults, for what has no options of its own.</summary>
    internal static readonly DecompressionOptions Default = new();

    private long? _maxDecodedBytes;
    private int? _maxRatio = 2_000;

    /// <summary>Gets or sets the codings; all of them.</summary>
    public ContentCodings Codings { get; set; } = ContentCodings.All;

    /// <summary>Gets or sets the largest body after decoding, in bytes; null, no limit.</summary>
    public long? MaxDecodedBytes
    {
        get => _maxDecodedBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(MaxDecodedBytes));
            _maxDecodedBytes = value;
        }
    }

    /// <summary>
    /// How many bytes one byte of br or zstd may become, checked after the first 16 MiB; 2,000, null for no limit. The others cannot
    /// pass 1,032.
    /// </summary>
    public int? MaxRatio
    {
        get => _maxRatio;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(MaxRatio));
            _maxRatio = value;
        }
    }

    /// <summary>Ignores what follows the end of the coded data, as browsers do, instead of failing; off. Zero bytes are always
    /// ignored. Not for zstd, where nothing but frames may follow a frame.</summary>
    public bool AllowTrailingData { get; set; }

    /// <summary>These codings, with the limits that there are by default.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The named way is the property Codings.")]
    public static implicit operator DecompressionOptions(ContentCodings codings) => new() { Codings = codings };

    /// <summary>The same codings by the platform's names, with the limits that there are by default; All is each one that is known here.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The named way is the property Codings.")]
    public static implicit operator DecompressionOptions(DecompressionMethods methods) => (ContentCodings)methods & ContentCodings.All;
}
