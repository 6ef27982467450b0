using PollHttp.Authentication;

namespace PollHttp;

/// <summary>How a file is downloaded.</summary>
public sealed class DownloadOptions
{
    private TimeSpan _progressInterval = TimeSpan.FromMilliseconds(100);
    private int _maxResumes = 5;
    private long? _maxBytes;

    /// <summary>
    /// Gets or sets a value indicating whether to go on where an earlier call stopped (default). That needs its partial file and a strong
    /// validator of the server; otherwise the download starts from the beginning.
    /// </summary>
    public bool Resume { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether a file that exists under the target's name is replaced, at the end
    /// (default).</summary>
    public bool Overwrite { get; set; } = true;

    /// <summary>
    /// How often one call may go on by itself after the connection broke off in the content, each time only if bytes came
    /// since the time before; 0 to 1,000, default 5.
    /// </summary>
    public int MaxResumes
    {
        get => _maxResumes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MaxResumes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000, nameof(MaxResumes));
            _maxResumes = value;
        }
    }

    /// <summary>Gets or sets the digest the whole content must have; null to check none.</summary>
    public ContentDigest? Digest { get; set; }

    /// <summary>Gets or sets the largest content accepted, in bytes; null for whatever fits on the disk.</summary>
    public long? MaxBytes
    {
        get => _maxBytes;
        set
        {
            if (value is { } bytes)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(MaxBytes));
            }

            _maxBytes = value;
        }
    }

    /// <summary>Gets or sets a value indicating whether the content is on the disk, and not only in the system's cache, before it gets its
    /// name (default).</summary>
    public bool FlushToDisk { get; set; } = true;

    /// <summary>Gets or sets the shortest time between two progress reports, other than the last; default 100 ms.</summary>
    public TimeSpan ProgressInterval
    {
        get => _progressInterval;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(ProgressInterval));
            _progressInterval = value;
        }
    }

    /// <summary>Further request fields, for example Authorization.</summary>
    public HeaderList Headers { get; } = new();

    /// <summary>Room on the disk of a folder; exchanged by tests.</summary>
    internal Func<string, long> FreeSpace { get; init; } = static folder => new DriveInfo(folder).AvailableFreeSpace;
}
