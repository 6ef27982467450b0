using System.Diagnostics.CodeAnalysis;

namespace PollHttp;

/// <summary>Specifies which content codings are requested and decoded as the bytes arrive, and the limits of decoding.</summary>
/// <remarks>
/// <c>Accept-Encoding</c> is sent for these codings unless the request has its own, or has a <c>Range</c>. A response in one of these
/// codings is decoded, even if it was not requested here; its <c>Content-Encoding</c> and <c>Content-Length</c> are then hidden. A partial
/// response (206), one without content, and one in another coding are not decoded.
/// </remarks>
public sealed class DecompressionOptions
{
    internal static readonly DecompressionOptions Off = new() { Codings = ContentCodings.None };

    /// <summary>The defaults.</summary>
    internal static readonly DecompressionOptions Default = new();

    private long? _maxDecodedBytes;
    private int? _maxRatio = 2_000;

    /// <summary>Gets or sets the codings; all of them.</summary>
    public ContentCodings Codings { get; set; } = ContentCodings.All;

    /// <summary>Gets or sets the maximum size of a body after decoding, in bytes; null for no limit.</summary>
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
    /// Gets or sets the maximum expansion of br and zstd, checked after the first 16 MiB; 2,000, null for no limit. The other codings can't
    /// exceed 1,032.
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

    /// <summary>
    /// Gets or sets a value indicating whether bytes after the end of the coded data are ignored, as browsers do, instead of failing; false
    /// by default. Zero bytes are always ignored. Does not apply to zstd, where only frames may follow a frame.
    /// </summary>
    public bool AllowTrailingData { get; set; }

    /// <summary>Converts codings to options with the default limits.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The named way is the property Codings.")]
    public static implicit operator DecompressionOptions(ContentCodings codings) => new() { Codings = codings };

    /// <summary>
    /// Converts the platform's methods to options with the default limits; All means every coding that is supported here.
    /// </summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The named way is the property Codings.")]
    public static implicit operator DecompressionOptions(DecompressionMethods methods) => (ContentCodings)methods & ContentCodings.All;
}
