namespace PollHttp;

/// <summary>A download ended without its file, for a reason other than the server's status or the way to it.</summary>
public sealed class DownloadException : IOException
{
    internal DownloadException(DownloadFailure failure, string message, long bytesKept, Exception? inner = null)
        : base(message, inner)
    {
        Failure = failure;
        BytesKept = bytesKept;
    }

    /// <summary>What went wrong.</summary>
    public DownloadFailure Failure { get; }

    /// <summary>How many bytes are kept beside the target, for the next call to resume from; 0 for none.</summary>
    public long BytesKept { get; }
}
