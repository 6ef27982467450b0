namespace PollHttp.Fuzz;

/// <summary>Something that takes any octets. What it finds wrong is an exception.</summary>
internal abstract class Target
{
    /// <summary>Gets every target by its name.</summary>
    public static IReadOnlyDictionary<string, Target> All { get; } = new Dictionary<string, Target>
    {
        ["http1"] = new Http1Target(""),
        ["chunked"] = new Http1Target("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ["http2"] = new Http2Target(),
        ["hpack"] = new HpackTarget(),
    };

    /// <summary>Gets inputs to begin with.</summary>
    public abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>Takes an input.</summary>
    public abstract void Run(byte[] input);
}
