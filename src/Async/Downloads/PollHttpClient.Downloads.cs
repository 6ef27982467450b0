using PollHttp.Downloads;

namespace PollHttp;

// Bodies to files.
public sealed partial class PollHttpClient
{
    /// <summary>
    /// Downloads a content into a file: written beside it under the name <c>path.part</c>, renamed when it is whole and
    /// checked. What an earlier call left is gone on from, if the server still has the same content (Range and If-Range,
    /// RFC 9110 §13.1.5, §14.2); if it has changed, the download starts again.
    /// </summary>
    /// <param name="uri">The address; a relative one is relative to <see cref="BaseAddress"/>.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told how far it is: on the loop's thread, in background drive on the thread pool.</param>
    /// <param name="cancellationToken">Stops the download; what came is kept where it can be resumed.</param>
    /// <exception cref="HttpRequestException">The request failed before its head, or had a status other than success.</exception>
    /// <exception cref="DownloadException">Everything that can go wrong after that: see <see cref="DownloadFailure"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or <see cref="Timeout"/> was over before the head came.</exception>
    /// <remarks>
    /// <see cref="Timeout"/> limits each request up to its head. File I/O is done on the thread pool, never on the thread that
    /// drives a loop.
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
    /// Downloads a content into a stream, from where that stands. When the connection breaks off, the download goes on from there
    /// by itself, as one to a file does (<see cref="DownloadOptions.MaxResumes"/>), while the server still has the same content; the stream
    /// gets each byte once. If the content has changed, a stream that can seek is cut back and written anew, and any other is an error.
    /// </summary>
    /// <param name="uri">The address; a relative one is relative to <see cref="BaseAddress"/>.</param>
    /// <param name="destination">Written to asynchronously, piece by piece; neither flushed nor disposed.</param>
    /// <param name="options">How; null for the defaults. Resume, Overwrite and FlushToDisk mean nothing here.</param>
    /// <param name="progress">Told how far it is: on the loop's thread, in background drive on the thread pool.</param>
    /// <param name="cancellationToken">Stops the download; what was written stays in the stream.</param>
    /// <exception cref="ArgumentException">The stream can't be written to.</exception>
    /// <exception cref="HttpRequestException">The request failed before its head, or had a status other than success.</exception>
    /// <exception cref="DownloadException">What can go wrong after that, a wrong digest included, which is found when all is written.
    /// What the stream throws is thrown as it is.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or <see cref="Timeout"/> was over before the head came.</exception>
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
