namespace PollHttp.Core;

/// <summary>The status line (RFC 9112 §4).</summary>
internal static class StatusLineParser
{
    private const int MaxShown = 16;
    private const byte TlsAlert = 0x15;
    private const byte TlsHandshake = 0x16;

    /// <summary>
    /// Checks the beginning of a line that may be incomplete, so that a peer that speaks another protocol is detected at its first wrong byte.
    /// </summary>
    /// <param name="line">The received part of the line.</param>
    /// <param name="same">The number of bytes that match.</param>
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

    /// <summary>
    /// Gets the number of bytes needed to describe a line that is not a status line; −1 while more are needed. Only these are described, so
    /// that the text does not depend on how the bytes are cut.
    /// </summary>
    public static int LengthToDescribe(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return -1;
        }

        if (line[0] is TlsAlert or TlsHandshake or 0)
        {
            int marks = line[0] == 0 ? 4 : 2;
            return line.Length < marks ? -1 : marks;
        }

        for (int i = 0; i < line.Length; i++)
        {
            if (i == MaxShown || line[i] is <= 0x1F or >= 0x7F)
            {
                return Math.Max(i, 1);
            }
        }

        return line.StartsWith("SSH-"u8) || line.Length == MaxShown ? line.Length : -1;
    }

    /// <summary>Describes what the first bytes look like.</summary>
    public static string DescribeFirstBytes(ReadOnlySpan<byte> bytes)
    {
        int length = LengthToDescribe(bytes);
        bytes = length < 0 ? bytes : bytes[..length];
        if (bytes.StartsWith((ReadOnlySpan<byte>)[TlsAlert, 0x03]) || bytes.StartsWith((ReadOnlySpan<byte>)[TlsHandshake, 0x03]))
        {
            return "it looks like TLS: is the port an https one?";
        }

        if (bytes.StartsWith("SSH-"u8))
        {
            return "it looks like SSH";
        }

        if (bytes.Length >= 4 && bytes[0] == 0 && bytes[3] == 4)
        {
            return "it looks like another version of HTTP"; // the SETTINGS frame that begins HTTP/2 (RFC 9113 §3.4)
        }

        return !bytes.IsEmpty && bytes[0] is > 0x1F and < 0x7F
            ? $"it begins with \"{System.Text.Encoding.ASCII.GetString(bytes)}\""
            : $"it begins with byte 0x{(bytes.IsEmpty ? 0 : bytes[0]):X2}";
    }
}
