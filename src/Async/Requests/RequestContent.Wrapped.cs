using System.IO.Compression;
using PollHttp.Requests;

namespace PollHttp;

// Contents made of others.
public abstract partial class RequestContent
{
    /// <summary>Returns a content made for HttpClient, with its fields. It is not disposed. Replayable where it is of memory, of a stream
    /// that can seek, or of such parts.</summary>
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
    /// This content, compressed as it is sent, with Content-Encoding set (RFC 9110 §8.4). Its length is not known beforehand, so it
    /// goes in chunks. Ask for it only where the server is known to accept it.
    /// </summary>
    /// <param name="coding">One of GZip, Brotli and Deflate.</param>
    /// <param name="level">How much work to spend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The coding is none of these, or several.</exception>
    public RequestContent Compress(ContentCodings coding, CompressionLevel level = CompressionLevel.Fastest) =>
        new CompressedContent(this, coding, level);

    /// <summary>
    /// This content, telling how much of it has left: counted when the connection has passed it to the network, at most every
    /// 64 KiB, from where the content runs. A content that is sent again begins anew at its first bytes.
    /// </summary>
    public RequestContent WithProgress(IProgress<UploadProgress> progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return new ProgressContent(this, progress);
    }
}
