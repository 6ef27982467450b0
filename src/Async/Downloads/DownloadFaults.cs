using System.Globalization;

namespace PollHttp.Downloads;

/// <summary>How a download fails, in words.</summary>
/// <param name="Uri">What is downloaded. Only its origin is told: path and query may hold a secret.</param>
/// <param name="Target">The file; null for a stream.</param>
internal readonly record struct DownloadFaults(Uri Uri, string? Target)
{
    private string Origin => Uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    public DownloadException Exists() => new(DownloadFailure.File, $"'{Target}' exists, and is not to be replaced.", 0);

    public DownloadException UnexpectedRange() =>
        new(DownloadFailure.UnexpectedRange, $"{Origin} sent a part of the content that was not asked for.", 0);

    public DownloadException NoContent(DownloadContent content, int status) => new(
        DownloadFailure.NoContent,
        $"{Origin} answered with status {status}, which brings no content. {(content.Kept > 0 ? DescribeKept(content) : "")}".TrimEnd(),
        content.Kept);

    public DownloadException NoSpace(DownloadContent content, long needed, long free) => new(
        DownloadFailure.NoSpace, $"'{Target}' needs {needed} more bytes; {free} are free on its disk. {DescribeKept(content)}", content.Kept);

    public DownloadException OfFile(DownloadContent? content, Exception error)
    {
        bool isFull = DiskFull.Is(error);
        return new(
            isFull ? DownloadFailure.NoSpace : DownloadFailure.File,
            $"{(isFull ? "The disk is full" : "The file could not be written")}: {error.Message} {(content is null ? "" : DescribeKept(content))}".TrimEnd(),
            content?.Kept ?? 0,
            error);
    }

    public DownloadException Interrupted(DownloadContent content, long? total, int requests, string reason, Exception? inner) => new(
        DownloadFailure.Interrupted,
        $"The download to {(Target is null ? "a stream" : $"'{Target}'")} broke off after {content.Length} of {total?.ToString(CultureInfo.InvariantCulture) ?? "unknown"} bytes, "
            + $"with {requests} request{(requests == 1 ? "" : "s")}: {reason} {DescribeKept(content)}",
        content.Kept,
        inner);

    /// <summary>Discards a content that is not what was asked for.</summary>
    public DownloadException WrongDigest(DownloadContent content, ContentDigest digest)
    {
        long length = content.Length;
        content.Discard();
        return new(DownloadFailure.WrongDigest, $"What {Origin} sent is not the content with {digest} ({length} bytes).", 0);
    }

    /// <inheritdoc cref="WrongDigest"/>
    public DownloadException OverLimit(DownloadContent content, long length, long? limit)
    {
        content.Discard();
        return new(DownloadFailure.WrongLength, $"{Origin} sends at least {length} bytes; {limit} are allowed.", 0);
    }

    /// <inheritdoc cref="WrongDigest"/>
    public DownloadException WrongLength(DownloadContent content, long total)
    {
        long length = content.Length;
        content.Discard();
        return new(DownloadFailure.WrongLength, $"{Origin} sent {length} bytes of a content of {total}.", 0);
    }

    private string DescribeKept(DownloadContent content) => Target is null ? "What was written to the stream stays there."
        : content.Kept > 0
        ? $"{content.Kept} bytes are kept in '{Target}.part'; calling again goes on from there."
        : "Nothing is kept, since the server gave no strong validator to resume by.";
}
