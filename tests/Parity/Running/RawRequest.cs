namespace PollHttp.Parity.Running;

/// <summary>One request as it came: its head and content, byte for byte.</summary>
/// <param name="Connection">Which connection it came on, counted from 1.</param>
/// <param name="Head">Request line and fields with their line ends, without the empty line.</param>
/// <param name="Content">The content, still with its chunk framing.</param>
internal sealed record RawRequest(int Connection, string Head, string Content)
{
    public string Line => Head[..Head.IndexOf('\r', StringComparison.Ordinal)];

    public string Method => Line.Split(' ')[0];

    public string? Field(string name)
    {
        foreach (string line in Head.Split("\r\n").Skip(1))
        {
            if (line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            {
                return line[(name.Length + 1)..].Trim();
            }
        }

        return null;
    }

    /// <summary>For comparing: Host first and the fields that frame last, which is where the two handlers differ (docs/swap-in.md).</summary>
    public string Describe()
    {
        string[] lines = Head.TrimEnd().Split("\r\n");
        IEnumerable<string> ordered = lines.Skip(1).OrderBy(static line => line.Split(':')[0].ToLowerInvariant() switch
        {
            "host" => 0,
            "authorization" => 2,
            "content-length" or "transfer-encoding" => 3,
            _ => 1,
        });
        return $"#{Connection} {lines[0]} | {string.Join(" | ", ordered)} || {Content}".Replace("\r\n", "⏎", StringComparison.Ordinal);
    }
}
