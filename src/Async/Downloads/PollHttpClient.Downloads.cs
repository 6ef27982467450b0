using PollHttp.Downloads;

namespace PollHttp;

// Downloads to files and streams.
public sealed partial class PollHttpClient
{
    /// <summary>
    /// Downloads a content into a file. It is written next to the target, to <c>path.part</c>, and renamed when it is complete and
    /// verified. The download resumes an earlier call if the server still has the same content (Range and If-Range, RFC 9110 §13.1.5,
    /// §14.2); if the content has changed, it starts over.
    /// </summary>
    /// <param name="uri">The address; a relative one is relative to <see cref="BaseAddress"/>.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Receives progress reports: on the loop's thread, in background drive on the thread pool.</param>
    /// <param name="cancellationToken">Stops the download; received data is kept if the download can be resumed.</param>
    /// <exception cref="HttpRequestException">The request failed before its head, or its status is not a success.</exception>
    /// <exception cref="DownloadException">Any later failure: see <see cref="DownloadFailure"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or <see cref="Timeout"/> expired before the head
    /// arrived.</exception>
    /// <remarks>
    /// <see cref="Timeout"/> limits each request up to its head. File I/O is done on the thread pool, never on the thread that drives a
    /// loop.
    /// </remarks>
    public Task<DownloadResult> DownloadAsync(
        Uri uri,
        string path,
        DownloadOptions? options = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return RunAsync(new(this, ToAbsolute(uri), path, options ?? new(), progress), cancellationToken);
    }

    /// <inheritdoc cref="DownloadAsync(Uri, string, DownloadOptions, IProgress{DownloadProgress}, CancellationToken)"/>
    public Task<DownloadResult> DownloadAsync(
        string uri,
        string path,
        DownloadOptions? options = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(uri);
        return DownloadAsync(ToUri(uri)!, path, options, progress, cancellationToken);
    }

    /// <summary>
    /// Downloads a content into a stream, from its current position. When the connection breaks, the download resumes by itself, like a
    /// download to a file (<see cref="DownloadOptions.MaxResumes"/>), while the server still has the same content; the stream gets each
    /// byte once. If the content has changed, a stream that can seek is truncated and rewritten; any other stream is an error.
    /// </summary>
    /// <param name="uri">The address; a relative one is relative to <see cref="BaseAddress"/>.</param>
    /// <param name="destination">The stream, which is written asynchronously, piece by piece, and neither flushed nor disposed.</param>
    /// <param name="options">The options; null for the defaults. Resume, Overwrite and FlushToDisk have no effect.</param>
    /// <param name="progress">Receives progress reports: on the loop's thread, in background drive on the thread pool.</param>
    /// <param name="cancellationToken">Stops the download; what was written stays in the stream.</param>
    /// <exception cref="ArgumentException">The stream can't be written to.</exception>
    /// <exception cref="HttpRequestException">The request failed before its head, or its status is not a success.</exception>
    /// <exception cref="DownloadException">Any later failure, including a wrong digest, which is found when everything is written.
    /// Exceptions of the stream are not wrapped.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or <see cref="Timeout"/> expired before the head
    /// arrived.</exception>
    public Task<DownloadResult> DownloadAsync(
        Uri uri,
        Stream destination,
        DownloadOptions? options = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(destination);
        if (!destination.CanWrite)
        {
            throw new ArgumentException("The stream can't be written to.", nameof(destination));
        }

        return RunAsync(new(this, ToAbsolute(uri), destination, options ?? new(), progress), cancellationToken);
    }

    /// <inheritdoc cref="DownloadAsync(Uri, Stream, DownloadOptions, IProgress{DownloadProgress}, CancellationToken)"/>
    public Task<DownloadResult> DownloadAsync(
        string uri,
        Stream destination,
        DownloadOptions? options = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(uri);
        return DownloadAsync(ToUri(uri)!, destination, options, progress, cancellationToken);
    }

    private async Task<DownloadResult> RunAsync(Download download, CancellationToken cancellationToken)
    {
        using (download)
        {
            return await download.RunAsync(cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext);
        }
    }
}
