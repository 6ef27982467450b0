namespace PollHttp;

/// <summary>How much of the body of a response has come.</summary>
/// <param name="Bytes">Bytes of the body received, as they are on the wire: before any decoding, without the framing of chunks.</param>
/// <param name="TotalBytes">How many there will be: by Content-Length, or null until the end where the body is chunked or ends with its
/// connection. In the report of the end it is <paramref name="Bytes"/>.</param>
public readonly record struct ResponseProgress(long Bytes, long? TotalBytes)
{
    /// <summary>From 0 to 1, or null while the total is unknown.</summary>
    public double? Fraction => TotalBytes switch
    {
        null => null,
        0 => 1,
        { } total => (double)Bytes / total,
    };
}
