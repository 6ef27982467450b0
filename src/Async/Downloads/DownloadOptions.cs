using PollHttp.Authentication;

namespace PollHttp;

/// <summary>Specifies how a file is downloaded.</summary>
public sealed class DownloadOptions
{
    private TimeSpan _progressInterval = TimeSpan.FromMilliseconds(100);
    private int _maxResumes = 5;
    private long? _maxBytes;

    /// <summary>
    /// Gets or sets a value indicating whether to resume where an earlier call stopped; true by default. This needs the partial file and a
    /// strong validator from the server; otherwise the download starts from the beginning.
    /// </summary>
    public bool Resume { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether an existing file is replaced at the end; true by default.</summary>
    public bool Overwrite { get; set; } = true;

    /// <summary>
    /// Gets or sets how often one call may resume by itself after the connection broke during the content, each time only if bytes arrived
    /// since the last resume; 0 to 1,000, 5 by default.
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

    /// <summary>Gets or sets the expected digest of the whole content; null to check none.</summary>
    public ContentDigest? Digest { get; set; }

    /// <summary>Gets or sets the maximum size of the content, in bytes; null for whatever fits on the disk.</summary>
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

    /// <summary>
    /// Gets or sets a value indicating whether the content is flushed to the disk before the file is renamed; true by default.
    /// </summary>
    public bool FlushToDisk { get; set; } = true;

    /// <summary>Gets or sets the minimum time between two progress reports, except the last; 100 ms by default.</summary>
    public TimeSpan ProgressInterval
    {
        get => _progressInterval;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(ProgressInterval));
            _progressInterval = value;
        }
    }

    /// <summary>Gets further request fields, for example Authorization.</summary>
    public HeaderList Headers { get; } = new();

    /// <summary>Gets or sets the function that returns the free space on the disk of a folder; replaced by tests.</summary>
    internal Func<string, long> FreeSpace { get; init; } = static folder => new DriveInfo(folder).AvailableFreeSpace;
}
