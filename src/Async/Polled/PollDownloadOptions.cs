using System.Net.Security;
using PollHttp.Authentication;

namespace PollHttp;

/// <summary>
/// Specifies the settings of a <see cref="PollDownload"/>, read when a download is started; <see cref="Client"/> is read when the object is
/// created.
/// </summary>
public sealed class PollDownloadOptions
{
    private int _maxRedirects = 8;
    private int _chunkSize = 64 * 1024;
    private long? _bodySizeLimit;

    /// <summary>Gets or sets the method; GET. After a redirect with 301 or 302 a POST becomes a GET, after one with 303 every method but
    /// HEAD does.</summary>
    public string Method { get; set; } = "GET";

    /// <summary>Gets or sets the content of the request; empty (default) for none. Borrowed, not copied: it must not change until the
    /// download is over.</summary>
    public ReadOnlyMemory<byte> Content { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a response with any status code is written to the target, including error pages. By default
    /// only 200 to 299 is written, and to a file not 202, 204 and 205, nor a 206 that is not the whole. Other statuses end with
    /// <see cref="PollDownloadResult.UnexpectedStatus"/> and do not change the target.
    /// </summary>
    public bool AcceptAnyStatus { get; set; }

    /// <summary>
    /// Gets or sets the timeout from Start to the last byte; null (default) for no limit in addition to those in <see cref="Client"/>.
    /// </summary>
    public TimeSpan? Timeout { get; set => field = OptionValue.LimitOrNone(value); }

    /// <summary>
    /// Gets or sets the maximum size of the body in bytes, as received and as decoded; null (default) for no limit, since the body is not
    /// kept in memory.
    /// </summary>
    public long? BodySizeLimit
    {
        get => _bodySizeLimit;
        set
        {
            if (value is { } size)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(BodySizeLimit));
            }

            _bodySizeLimit = value;
        }
    }

    /// <summary>Gets or sets the maximum number of redirects; 8.</summary>
    public int MaxRedirects
    {
        get => _maxRedirects;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MaxRedirects));
            _maxRedirects = value;
        }
    }

    /// <summary>
    /// Gets or sets the maximum number of bytes written at a time: 256 to 16,777,216; 65,536. Does not limit how much one Poll does.
    /// </summary>
    public int ChunkSize
    {
        get => _chunkSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 256, nameof(ChunkSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16 * 1024 * 1024, nameof(ChunkSize));
            _chunkSize = value;
        }
    }

    /// <summary>Gets or sets the content codings to request and decode: gzip and deflate by default; br and zstd can be added.</summary>
    public ContentCodings Codings { get; set; } = ContentCodings.GZip | ContentCodings.Deflate;

    /// <summary>
    /// Gets the fields of the request. Unless they include Accept-Encoding or Range, <see cref="Codings"/> are requested and decoded;
    /// otherwise the body is not decoded. Host and the fields that are known to have secrets (Authorization, Cookie, X-Api-Key and the
    /// like) are not sent to another origin after a redirect.
    /// </summary>
    public IList<HeaderField> Headers { get; } = [];

    /// <summary>Gets or sets the proxy for http, or null; only its host and port are used.</summary>
    public Uri? HttpProxy { get; set; }

    /// <summary>Gets or sets the proxy for https, or null; only its host and port are used.</summary>
    public Uri? HttpsProxy { get; set; }

    /// <summary>Gets or sets the TLS options, or null for the defaults.</summary>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>Gets or sets the options of the connection. Read once, when the <see cref="PollDownload"/> is created.</summary>
    public PollClientOptions Client { get; set; } = new();
}
