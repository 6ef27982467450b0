namespace PollHttp;

/// <summary>Describes the progress of an upload.</summary>
/// <param name="Bytes">The number of content bytes passed to the network in this sending.</param>
/// <param name="TotalBytes">The length of the content, or null while unknown.</param>
public readonly record struct UploadProgress(long Bytes, long? TotalBytes)
{
    /// <summary>Gets the progress from 0 to 1, or null while the total is unknown.</summary>
    public double? Fraction => TotalBytes switch
    {
        null => null,
        0 => 1,
        { } total => (double)Bytes / total,
    };
}
