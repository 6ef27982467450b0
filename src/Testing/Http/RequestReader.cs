using System.Globalization;
using System.Text;

namespace PollHttp.Testing;

/// <summary>Parses requests strictly: the head, then Content-Length or chunked content.</summary>
internal sealed class RequestReader(int connectionNumber)
{
    private bool _expects;
    private bool _told;

    /// <summary>Returns true once per request whose head expects 100-continue and whose content has not arrived.</summary>
    public bool TakeExpectation()
    {
        bool take = _expects && !_told;
        _told |= take;
        return take;
    }

    /// <summary>Reads one request from the start of the bytes; returns null if it is incomplete.</summary>
    public ServerRequest? TryRead(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        int headEnd = bytes.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return null;
        }

        string[] lines = Encoding.Latin1.GetString(bytes[..headEnd]).Split("\r\n");
        string[] parts = lines[0].Split(' ');
        Require(parts.Length == 3 && parts[0].Length > 0 && parts[1].Length > 0 && parts[2] is "HTTP/1.1" or "HTTP/1.0", $"bad request line '{lines[0]}'");
        List<KeyValuePair<string, string>> headers = ReadFields(lines);
        _expects = Find(headers, "Expect") is { } expect && expect.Equals("100-continue", StringComparison.OrdinalIgnoreCase);
        byte[]? body = ReadBody(headers, bytes[(headEnd + 4)..], out int bodyLength);
        if (body is null)
        {
            return null;
        }

        _expects = _told = false;
        consumed = headEnd + 4 + bodyLength;
        return new(parts[0], parts[1], headers, body, connectionNumber);
    }

    private static List<KeyValuePair<string, string>> ReadFields(string[] lines)
    {
        var headers = new List<KeyValuePair<string, string>>(lines.Length - 1);
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            Require(colon > 0 && !line.AsSpan(0, colon).ContainsAny(' ', '\t', '\n') && !line.Contains('\n', StringComparison.Ordinal), $"bad field line '{line}'");
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return headers;
    }

    private static byte[]? ReadBody(List<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        string? coding = Find(headers, "Transfer-Encoding");
        string? size = Find(headers, "Content-Length");
        Require(coding is null || size is null, "both Transfer-Encoding and Content-Length");
        if (coding is not null)
        {
            Require(coding.Equals("chunked", StringComparison.OrdinalIgnoreCase), $"unknown transfer coding '{coding}'");
            return ReadChunks(bytes, out length);
        }

        Require(int.TryParse(size ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out length), $"bad Content-Length '{size}'");
        return bytes.Length >= length ? bytes[..length].ToArray() : null;
    }

    private static byte[]? ReadChunks(ReadOnlySpan<byte> bytes, out int length)
    {
        var content = new MemoryStream();
        length = 0;
        while (TryReadLine(bytes[length..], out string line))
        {
            string digits = line.Split(';')[0].TrimEnd();
            Require(int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int size) && size >= 0, $"bad chunk size '{line}'");
            length += line.Length + 2;
            if (size == 0)
            {
                return SkipTrailers(bytes, ref length) ? content.ToArray() : null;
            }

            if (bytes.Length - length < size + 2L)
            {
                return null;
            }

            content.Write(bytes.Slice(length, size));
            Require(bytes.Slice(length + size, 2).SequenceEqual("\r\n"u8), "chunk without CRLF at its end");
            length += size + 2;
        }

        return null;
    }

    private static bool SkipTrailers(ReadOnlySpan<byte> bytes, ref int length)
    {
        while (TryReadLine(bytes[length..], out string line))
        {
            length += line.Length + 2;
            if (line.Length == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadLine(ReadOnlySpan<byte> bytes, out string line)
    {
        int end = bytes.IndexOf("\r\n"u8);
        line = end < 0 ? "" : Encoding.Latin1.GetString(bytes[..end]);
        return end >= 0;
    }

    private static string? Find(List<KeyValuePair<string, string>> headers, string name)
    {
        string? found = null;
        foreach (KeyValuePair<string, string> header in headers)
        {
            if (header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                Require(found is null, $"{name} twice");
                found = header.Value;
            }
        }

        return found;
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException(problem);
        }
    }
}
