using System.IO.Compression;
using PollHttp.Requests;

namespace PollHttp;

// Contents made from other contents.
public abstract partial class RequestContent
{
    /// <summary>
    /// Returns a content made for HttpClient, with its fields. It is not disposed. Replayable if it consists of memory, of a stream that
    /// can seek, or of such parts.
    /// </summary>
    public static RequestContent FromHttpContent(HttpContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new HttpContentAdapter(content);
    }

    /// <inheritdoc cref="FromHttpContent"/>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2225", Justification = "The named way is FromHttpContent.")]
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(content))]
    public static implicit operator RequestContent?(HttpContent? content) => content is null ? null : new HttpContentAdapter(content);

    /// <summary>
    /// Returns this content, compressed as it is sent, with Content-Encoding set (RFC 9110 §8.4). Its length is not known in advance, so it
    /// is sent in chunks. Use it only if the server is known to accept it.
    /// </summary>
    /// <param name="coding">One of GZip, Brotli and Deflate.</param>
    /// <param name="level">The compression level.</param>
    /// <exception cref="ArgumentOutOfRangeException">The coding is not one of these, or a combination.</exception>
    public RequestContent Compress(ContentCodings coding, CompressionLevel level = CompressionLevel.Fastest) =>
        new CompressedContent(this, coding, level);

    /// <summary>
    /// Returns this content with progress reports. Bytes count when the connection has passed them to the network, and are reported at most
    /// every 64 KiB, on the thread of the content. When the content is sent again, the progress starts over.
    /// </summary>
    public RequestContent WithProgress(IProgress<UploadProgress> progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return new ProgressContent(this, progress);
    }
}
