using System.Globalization;
using System.Text;

namespace PollHttp.Cookies;

/// <summary>
/// The cookie file of Netscape as curl reads and writes it: a line a cookie, seven fields with tabs between them. Text as it is on the wire,
/// one byte a character.
/// </summary>
internal static class CookieFile
{
    private const string HttpOnlyPrefix = "#HttpOnly_";
    private const int FieldCount = 7;

    public static Encoding Encoding => Encoding.Latin1;

    /// <summary>Writes cookies in their order, except those with a tab in them, which such a file can't have.</summary>
    public static void Write(Stream destination, IEnumerable<StoredCookie> cookies)
    {
        using StreamWriter writer = new(destination, Encoding, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("# Netscape HTTP Cookie File");
        writer.WriteLine("# Written by PollHttp. Who has these cookies is taken for you: keep the file to yourself.");
        writer.WriteLine();
        foreach (StoredCookie cookie in cookies)
        {
            if (!cookie.Name.Contains('\t', StringComparison.Ordinal) && !cookie.Value.Contains('\t', StringComparison.Ordinal))
            {
                writer.WriteLine(LineOf(cookie));
            }
        }
    }

    /// <summary>Reads the cookies of a file, ended ones included.</summary>
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
            throw Bad(number, $"it has {fields.Length} {(fields.Length == 1 ? "field" : "fields")} instead of {FieldCount}, which tabs are to separate");
        }

        string host = fields[0].StartsWith('.') ? fields[0][1..] : fields[0];
        if (!CookieDomain.TryNormalize(host, out string domain) || Uri.CheckHostName(domain) == UriHostNameType.Unknown)
        {
            throw Bad(number, "its first field is no domain");
        }

        bool isHostOnly = !Flag(fields[1], number, "second") || IPAddress.TryParse(domain, out _) || PublicSuffixes.Contains(domain);
        if (!fields[2].StartsWith('/'))
        {
            throw Bad(number, "its third field is no path");
        }

        if (!long.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            throw Bad(number, "its fifth field is no time in seconds since 1970");
        }

        if (fields[5].Length + fields[6].Length == 0 || fields[5].Contains('=', StringComparison.Ordinal) || !IsSendable(line))
        {
            throw Bad(number, "its name or value is none that can be sent");
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

    /// <summary>Gets a value indicating whether nothing in a line could end a cookie, or a field, before its time.</summary>
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

    /// <summary>Says where and why; not what stands there, which is a secret.</summary>
    private static FormatException Bad(int number, string why) => new($"Line {number} is no cookie of a Netscape cookie file: {why}.");
}
