namespace PollHttp;

/// <summary>Describes the progress of the body of a response.</summary>
/// <param name="Bytes">The number of body bytes received, as they are on the wire: before decoding, without the framing of chunks.</param>
/// <param name="TotalBytes">The total from Content-Length, or null until the end if the body is chunked or ends with its connection. In the
/// last report it is <paramref name="Bytes"/>.</param>
public readonly record struct ResponseProgress(long Bytes, long? TotalBytes)
{
    /// <summary>Gets the progress from 0 to 1, or null while the total is unknown.</summary>
    public double? Fraction => TotalBytes switch
    {
        null => null,
        0 => 1,
        { } total => (double)Bytes / total,
    };
}
