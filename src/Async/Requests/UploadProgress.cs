namespace PollHttp;

/// <summary>How far an upload is.</summary>
/// <param name="Bytes">Bytes of the content passed to the network in this sending.</param>
/// <param name="TotalBytes">The length of the content, or null while unknown.</param>
public readonly record struct UploadProgress(long Bytes, long? TotalBytes)
{
    /// <summary>From 0 to 1, or null while the total is unknown.</summary>
    public double? Fraction => TotalBytes switch
    {
        null => null,
        0 => 1,
        { } total => (double)Bytes / total,
    };
}
