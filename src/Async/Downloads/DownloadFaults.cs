using System.Globalization;

namespace PollHttp.Downloads;

/// <summary>Creates the exceptions of one download, with their messages.</summary>
/// <param name="Uri">The address of the download. Messages name only its origin, since path and query may hold a secret.</param>
/// <param name="Target">The file; null for a stream.</param>
internal readonly record struct DownloadFaults(Uri Uri, string? Target)
{
    private string Origin => Uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    public DownloadException Exists() => new(DownloadFailure.File, $"'{Target}' exists already, and replacing it is not allowed.", 0);

    public DownloadException UnexpectedRange() =>
        new(DownloadFailure.UnexpectedRange, $"{Origin} sent a part of the content that was not asked for.", 0);

    public DownloadException NoContent(DownloadContent content, int status) => new(
        DownloadFailure.NoContent,
        $"{Origin} answered with status {status}, which has no content. {(content.Kept > 0 ? DescribeKept(content) : "")}".TrimEnd(),
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

    /// <summary>Discards the content, which is not the one that was asked for, and returns the exception to throw.</summary>
    public DownloadException WrongDigest(DownloadContent content, ContentDigest digest)
    {
        long length = content.Length;
        content.Discard();
        return new(DownloadFailure.WrongDigest, $"The content that {Origin} sent ({length} bytes) does not match {digest}.", 0);
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

    private string DescribeKept(DownloadContent content) => Target is null ? "The bytes written to the stream stay there."
        : content.Kept > 0
        ? $"{content.Kept} bytes are kept in '{Target}.part'; calling again continues from there."
        : "Nothing is kept, since the server sent no strong validator for resuming.";
}
