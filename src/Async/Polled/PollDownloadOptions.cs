using System.Net.Security;
using PollHttp.Authentication;

namespace PollHttp;

/// <summary>Settings of a <see cref="PollDownload"/>, read when a download is started; <see cref="Client"/> when it is made.</summary>
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
    /// Gets or sets a value indicating whether a response with any status code is written to the target, error pages included. By default
    /// only 200 to 299 is, and to a file not 202, 204 and 205, nor a 206 that is not the whole: all others end with
    /// <see cref="PollDownloadResult.UnexpectedStatus"/> and leave the target alone.
    /// </summary>
    public bool AcceptAnyStatus { get; set; }

    /// <summary>Gets or sets the whole, from Start to the last byte; null (default) for no limit beside those of silence in
    /// <see cref="Client"/>.</summary>
    public TimeSpan? Timeout { get; set => field = OptionValue.LimitOrNone(value); }

    /// <summary>Gets or sets the largest body in bytes, as received and as decoded; null (default) for no limit: it is not kept in
    /// memory.</summary>
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

    /// <summary>Redirects that are followed; 8.</summary>
    public int MaxRedirects
    {
        get => _maxRedirects;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MaxRedirects));
            _maxRedirects = value;
        }
    }

    /// <summary>Gets or sets the most bytes written at a time: 256 to 16,777,216; 65,536. Does not bound how much one Poll does.</summary>
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

    /// <summary>Gets or sets the content codings that are asked for and decoded: gzip and deflate by default, br and zstd where you add
    /// them.</summary>
    public ContentCodings Codings { get; set; } = ContentCodings.GZip | ContentCodings.Deflate;

    /// <summary>
    /// Fields of the request. Unless there is an Accept-Encoding or a Range among them, <see cref="Codings"/> are accepted and decoded; with one, the
    /// body is left as it comes. Host and the fields that are known to have secrets (Authorization, Cookie, X-Api-Key and the like)
    /// do not follow a redirect to another origin.
    /// </summary>
    public IList<HeaderField> Headers { get; } = [];

    /// <summary>Gets or sets the proxy for http, or null: only host and port of it count.</summary>
    public Uri? HttpProxy { get; set; }

    /// <summary>Gets or sets the proxy for https, or null: only host and port of it count.</summary>
    public Uri? HttpsProxy { get; set; }

    /// <summary>TLS settings, or null for the default ones.</summary>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>Limits of the connection. Read once, when the <see cref="PollDownload"/> is made.</summary>
    public PollClientOptions Client { get; set; } = new();
}
