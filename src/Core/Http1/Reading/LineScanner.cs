namespace PollHttp.Core;

/// <summary>The only routine that decides where a line ends.</summary>
internal static class LineScanner
{
    /// <summary>
    /// Finds the first line end. Returns the bytes up to and with the LF, or −1 when there is none yet.
    /// </summary>
    public static int Find(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') + 1 is > 0 and int length ? length : -1;

    /// <summary>
    /// Splits a line that ends in LF from its line end. A CR anywhere but before the LF stays in <paramref name="content"/>,
    /// where the grammars refuse it (RFC 9112 §2.2).
    /// </summary>
    /// <returns>False when the LF stands alone.</returns>
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
