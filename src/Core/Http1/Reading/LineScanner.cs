namespace PollHttp.Core;

/// <summary>Finds line ends. No other routine does.</summary>
internal static class LineScanner
{
    /// <summary>Finds the first line end. Returns the number of bytes up to and including the LF, or −1 if there is none yet.</summary>
    public static int Find(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') + 1 is > 0 and int length ? length : -1;

    /// <summary>
    /// Removes the line end from a line that ends in LF. A CR anywhere but before the LF stays in <paramref name="content"/>, where the
    /// grammars refuse it (RFC 9112 §2.2).
    /// </summary>
    /// <returns>False for a lone LF.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, out int content)
    {
        content = line.Length - 1;
        if (content > 0 && line[content - 1] == '\r')
        {
            content--;
            return true;
        }

        return false;
    }
}
