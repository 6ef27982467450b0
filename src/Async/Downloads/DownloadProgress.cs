namespace PollHttp;

/// <summary>Describes the progress of a download.</summary>
/// <param name="Bytes">The number of bytes in the file, including those of earlier calls.</param>
/// <param name="TotalBytes">The length of the whole content, or null while unknown.</param>
/// <param name="BytesPerSecond">The rate, smoothed over about three seconds.</param>
/// <param name="Remaining">The remaining time at that rate, or null while unknown.</param>
/// <param name="Elapsed">The time since the call.</param>
public readonly record struct DownloadProgress(long Bytes, long? TotalBytes, double BytesPerSecond, TimeSpan? Remaining, TimeSpan Elapsed)
{
    /// <summary>Gets the progress from 0 to 1, or null while the total is unknown.</summary>
    public double? Fraction => TotalBytes switch
    {
        null => null,
        0 => 1,
        { } total => (double)Bytes / total,
    };
}
