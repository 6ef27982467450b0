namespace PollHttp;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Bytes of the content in the file, those of earlier calls included.</param>
/// <param name="TotalBytes">The length of the whole content, or null while unknown.</param>
/// <param name="BytesPerSecond">The rate, smoothed over some three seconds.</param>
/// <param name="Remaining">The time left at that rate, or null while unknown.</param>
/// <param name="Elapsed">Time since the call.</param>
public readonly record struct DownloadProgress(long Bytes, long? TotalBytes, double BytesPerSecond, TimeSpan? Remaining, TimeSpan Elapsed)
{
    /// <summary>From 0 to 1, or null while the total is unknown.</summary>
    public double? Fraction => TotalBytes switch
    {
        null => null,
        0 => 1,
        { } total => (double)Bytes / total,
    };
}
