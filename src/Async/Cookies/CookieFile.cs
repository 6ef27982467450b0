using System.Globalization;
using System.Text;

namespace PollHttp.Cookies;

/// <summary>
/// Reads and writes the Netscape cookie file as curl does: one line per cookie, with seven fields separated by tabs. The text is that of
/// the wire, one byte per character.
/// </summary>
internal static class CookieFile
{
    private const string HttpOnlyPrefix = "#HttpOnly_";
    private const int FieldCount = 7;

    public static Encoding Encoding => Encoding.Latin1;

    /// <summary>Writes cookies in order, except those that contain a tab, which the file format can't represent.</summary>
    public static void Write(Stream destination, IEnumerable<StoredCookie> cookies)
    {
        using StreamWriter writer = new(destination, Encoding, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("# Netscape HTTP Cookie File");
        writer.WriteLine("# Written by PollHttp. These cookies identify you: keep the file secret.");
        writer.WriteLine();
        foreach (StoredCookie cookie in cookies)
        {
            if (!cookie.Name.Contains('\t', StringComparison.Ordinal) && !cookie.Value.Contains('\t', StringComparison.Ordinal))
            {
                writer.WriteLine(LineOf(cookie));
            }
        }
    }

    /// <summary>Reads the cookies of a file, including expired ones.</summary>
    /// <exception cref="FormatException">A line is neither a comment nor a cookie.</exception>
    public static List<StoredCookie> Read(Stream source)
    {
        using StreamReader reader = new(source, Encoding, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        List<StoredCookie> cookies = [];
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            bool isHttpOnly = line.StartsWith(HttpOnlyPrefix, StringComparison.Ordinal);
            if (isHttpOnly || (line.Trim().Length > 0 && line[0] != '#'))
            {
                cookies.Add(Parse(isHttpOnly ? line[HttpOnlyPrefix.Length..] : line, isHttpOnly, number));
            }
        }

        return cookies;
    }

    private static string LineOf(StoredCookie cookie)
    {
        long expires = cookie.Expires?.ToUnixTimeSeconds() ?? 0;
        return string.Join(
            '\t',
            (cookie.IsHttpOnly ? HttpOnlyPrefix : "") + (cookie.IsHostOnly ? "" : ".") + cookie.Domain,
            cookie.IsHostOnly ? "FALSE" : "TRUE",
            cookie.Path,
            cookie.IsSecure ? "TRUE" : "FALSE",
            expires.ToString(CultureInfo.InvariantCulture),
            cookie.Name,
            cookie.Value);
    }

    private static StoredCookie Parse(string line, bool isHttpOnly, int number)
    {
        string[] fields = line.Split('\t');
        if (fields.Length != FieldCount)
        {
            throw Bad(number, $"it has {fields.Length} {(fields.Length == 1 ? "field" : "fields")} instead of {FieldCount} that are separated by tabs");
        }

        string host = fields[0].StartsWith('.') ? fields[0][1..] : fields[0];
        if (!CookieDomain.TryNormalize(host, out string domain) || Uri.CheckHostName(domain) == UriHostNameType.Unknown)
        {
            throw Bad(number, "its first field is not a domain");
        }

        bool isHostOnly = !Flag(fields[1], number, "second") || IPAddress.TryParse(domain, out _) || PublicSuffixes.Contains(domain);
        if (!fields[2].StartsWith('/'))
        {
            throw Bad(number, "its third field is not a path");
        }

        if (!long.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            throw Bad(number, "its fifth field is not a time in seconds since 1970");
        }

        if (fields[5].Length + fields[6].Length == 0 || fields[5].Contains('=', StringComparison.Ordinal) || !IsSendable(line))
        {
            throw Bad(number, "its name or value can't be sent");
        }

        return new()
        {
            Domain = domain,
            IsHostOnly = isHostOnly,
            Path = fields[2],
            IsSecure = Flag(fields[3], number, "fourth"),
            Expires = seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds())),
            Name = fields[5],
            Value = fields[6],
            IsHttpOnly = isHttpOnly,
        };
    }

    private static bool Flag(string field, int number, string which) =>
        field.Equals("TRUE", StringComparison.OrdinalIgnoreCase)
        || (field.Equals("FALSE", StringComparison.OrdinalIgnoreCase) ? false : throw Bad(number, $"its {which} field is neither TRUE nor FALSE"));

    /// <summary>Determines whether a line contains nothing that would end a cookie, or a field, too early.</summary>
    private static bool IsSendable(string line)
    {
        foreach (char c in line)
        {
            if (c == ';' || (char.IsControl(c) && c is not ('\t' or >= '\x80')))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Creates an exception with the place and the reason, but not the text, which is a secret.</summary>
    private static FormatException Bad(int number, string why) => new($"Line {number} is not a cookie of a Netscape cookie file: {why}.");
}
