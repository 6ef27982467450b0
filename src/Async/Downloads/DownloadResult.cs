using PollHttp.Addresses;

namespace PollHttp;

/// <summary>A finished download.</summary>
public sealed class DownloadResult
{
    internal DownloadResult(string? path, long length, long resumedFrom, int requests, Uri requestUri)
    {
        Path = path;
        Length = length;
        ResumedFrom = resumedFrom;
        Requests = requests;
        RequestUri = requestUri;
    }

    /// <summary>Gets the full path of the file; null where a stream took the content.</summary>
    public string? Path { get; }

    /// <summary>Gets the length of the content in bytes.</summary>
    public long Length { get; }

    /// <summary>How many of its bytes an earlier call had received.</summary>
    public long ResumedFrom { get; }

    /// <summary>How many requests this call sent.</summary>
    public int Requests { get; }

    /// <summary>Where the content came from in the end.</summary>
    public Uri RequestUri { get; }
}
