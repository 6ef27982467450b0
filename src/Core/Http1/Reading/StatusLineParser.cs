namespace PollHttp.Core;

/// <summary>The status line (RFC 9112 §4; ).</summary>
internal static class StatusLineParser
{
    /// <summary>
    /// Checks the beginning of a line that may still be incomplete, so that a peer that speaks something else is found out at
    /// its first wrong byte.
    /// </summary>
    /// <param name="line">What there is of the line.</param>
    /// <param name="same">How many bytes are right.</param>
    public static FaultKind CheckPrefix(ReadOnlySpan<byte> line, out int same)
    {
        ReadOnlySpan<byte> expected = "HTTP/1."u8;
        int length = Math.Min(line.Length, expected.Length);
        same = line[..length].CommonPrefixLength(expected[..length]);
        if (same == length)
        {
            return FaultKind.None;
        }

        return same == 5 && char.IsAsciiDigit((char)line[5]) ? FaultKind.UnsupportedVersion : FaultKind.MalformedStatusLine;
    }

    /// <summary>Parses a whole line without its line end.</summary>
    public static FaultKind Parse(ReadOnlySpan<byte> line, out int minor, out int status, out int reasonStart)
    {
        minor = 0;
        status = 0;
        reasonStart = line.Length;
        FaultKind prefix = CheckPrefix(line, out _);
        if (prefix != FaultKind.None)
        {
            return prefix;
        }

        if (line.Length < 12 || !char.IsAsciiDigit((char)line[7]) || line[8] != ' ')
        {
            return FaultKind.MalformedStatusLine;
        }

        minor = line[7] - '0';
        for (int i = 9; i < 12; i++)
        {
            if (!char.IsAsciiDigit((char)line[i]))
            {
                return FaultKind.MalformedStatusLine;
            }

            status = (status * 10) + (line[i] - '0');
        }

        if (status < 100)
        {
            return FaultKind.MalformedStatusLine;
        }

        if (line.Length == 12)
        {
            return FaultKind.None;
        }

        if (line[12] != ' ' || TokenTable.HasControls(line[13..]))
        {
            return FaultKind.MalformedStatusLine;
        }

        reasonStart = 13;
        return FaultKind.None;
    }

    /// <summary>What the first bytes look like, in words.</summary>
    public static string DescribeFirstBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x15, 0x03]) || bytes.StartsWith((ReadOnlySpan<byte>)[0x16, 0x03]))
        {
            return "it looks like TLS: is the port an https one?";
        }

        if (bytes.StartsWith("SSH-"u8))
        {
            return "it looks like SSH";
        }

        if (bytes.StartsWith("HTTP/"u8) || (bytes.Length >= 4 && bytes[0] == 0 && bytes[3] == 4))
        {
            return "it looks like another version of HTTP";
        }

        int length = 0;
        while (length < bytes.Length && length < 16 && bytes[length] is > 0x1F and < 0x7F)
        {
            length++;
        }

        return length > 0
            ? $"it begins with \"{System.Text.Encoding.ASCII.GetString(bytes[..length])}\""
            : $"it begins with byte 0x{(bytes.IsEmpty ? 0 : bytes[0]):X2}";
    }
}
