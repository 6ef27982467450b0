using System.Globalization;

namespace PollHttp.Cookies;

/// <summary>Represents a parsed Set-Cookie line (RFC 6265bis
/// §5.6), before any checks.</summary>
internal sealed class SetCookie
{
    /// <summary>The maximum length of name and value together.</summary>
    private const int MaxPairLength = 4096;

    private const int MaxAttributeLength = 1024;

    private SetCookie(string name, string value)
    {
        Name = name;
        Value = value;
    }

    public string Name { get; }

    public string Value { get; }

    /// <summary>
    /// Gets the last Domain attribute without its leading dot; null if there is none, or if the last one is empty (RFC 6265bis
    /// §5.7 step 7).</summary>
    public string? Domain { get; private set; }

    /// <summary>Gets the last Path attribute; null if there is none, or if it does not begin with a slash.</summary>
    public string? Path { get; private set; }

    public DateTimeOffset? Expires { get; private set; }

    /// <summary>Gets the seconds to live; null for none. The maximum number if the text is larger.</summary>
    public long? MaxAge { get; private set; }

    public bool IsSecure { get; private set; }

    public bool IsHttpOnly { get; private set; }

    public SameSite SameSite { get; private set; }

    /// <summary>Parses a line; returns null if it must be dropped: it has a control character, is empty, or is too long.</summary>
    public static SetCookie? Parse(string line)
    {
        if (HasControl(line))
        {
            return null;
        }

        ReadOnlySpan<char> rest = line;
        ReadOnlySpan<char> pair = TakePart(ref rest);
        int equals = pair.IndexOf('=');
        string name = equals < 0 ? "" : Trim(pair[..equals]).ToString();
        string value = Trim(equals < 0 ? pair : pair[(equals + 1)..]).ToString();
        if (name.Length + value.Length is 0 or > MaxPairLength)
        {
            return null;
        }

        SetCookie cookie = new(name, value);
        while (!rest.IsEmpty)
        {
            cookie.AddAttribute(TakePart(ref rest));
        }

        return cookie;
    }

    /// <summary>Determines whether a line has a control character other than a tab: such a cookie can't be sent back (RFC 6265bis
    /// §5.6).</summary>
    public static bool HasControl(string line) =>
        line.AsSpan().ContainsAnyInRange('\0', '\u0008') || line.AsSpan().ContainsAnyInRange('\n', '\u001f') || line.Contains('\u007f', StringComparison.Ordinal);

    private static ReadOnlySpan<char> TakePart(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOf(';');
        ReadOnlySpan<char> part = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return part;
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t");

    private void AddAttribute(ReadOnlySpan<char> part)
    {
        int equals = part.IndexOf('=');
        ReadOnlySpan<char> name = Trim(equals < 0 ? part : part[..equals]);
        ReadOnlySpan<char> value = equals < 0 ? default : Trim(part[(equals + 1)..]);
        if (value.Length > MaxAttributeLength)
        {
            return;
        }

        if (Is(name, "Domain"))
        {
            AddDomain(value);
        }
        else if (Is(name, "Path"))
        {
            Path = value.StartsWith("/") ? value.ToString() : null;
        }
        else if (Is(name, "Expires"))
        {
            Expires = CookieDate.TryParse(value, out DateTimeOffset date) ? date : Expires;
        }
        else if (Is(name, "Max-Age"))
        {
            MaxAge = ParseMaxAge(value) ?? MaxAge;
        }
        else if (Is(name, "Secure"))
        {
            IsSecure = true;
        }
        else if (Is(name, "HttpOnly"))
        {
            IsHttpOnly = true;
        }
        else if (Is(name, "SameSite"))
        {
            SameSite = Is(value, "None") ? SameSite.None : Is(value, "Lax") ? SameSite.Lax : Is(value, "Strict") ? SameSite.Strict : SameSite.Unspecified;
        }
    }

    private static bool Is(ReadOnlySpan<char> text, string name) => text.Equals(name, StringComparison.OrdinalIgnoreCase);

    private void AddDomain(ReadOnlySpan<char> value)
    {
        if (value.StartsWith("."))
        {
            value = value[1..];
        }

        Domain = value.IsEmpty ? null : value.ToString();
    }

    /// <summary>
    /// Parses digits with an optional minus; anything else counts as no attribute. Too many digits give the maximum number.
    /// </summary>
    private static long? ParseMaxAge(ReadOnlySpan<char> value)
    {
        bool isNegative = value.StartsWith("-");
        ReadOnlySpan<char> digits = isNegative ? value[1..] : value;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        return isNegative ? 0 : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : long.MaxValue;
    }
}
