namespace PollHttp;

/// <summary>Thrown when a download ends without its file, for a reason other than the server's status or the connection.</summary>
public sealed class DownloadException : IOException
{
    internal DownloadException(DownloadFailure failure, string message, long bytesKept, Exception? inner = null)
        : base(message, inner)
    {
        Failure = failure;
        BytesKept = bytesKept;
    }

    /// <summary>Gets the cause.</summary>
    public DownloadFailure Failure { get; }

    /// <summary>Gets the number of bytes kept next to the target, from which the next call resumes; 0 for none.</summary>
    public long BytesKept { get; }
}
