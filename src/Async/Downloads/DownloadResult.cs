using PollHttp.Addresses;

namespace PollHttp;

/// <summary>Describes a finished download.</summary>
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

    /// <summary>Gets the full path of the file; null for a download into a stream.</summary>
    public string? Path { get; }

    /// <summary>Gets the length of the content in bytes.</summary>
    public long Length { get; }

    /// <summary>Gets the number of its bytes that an earlier call had received.</summary>
    public long ResumedFrom { get; }

    /// <summary>Gets the number of requests that this call sent.</summary>
    public int Requests { get; }

    /// <summary>Gets the address of the last request.</summary>
    public Uri RequestUri { get; }
}
