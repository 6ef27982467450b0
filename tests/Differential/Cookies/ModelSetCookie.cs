using System.Globalization;
using System.Numerics;

namespace PollHttp.Differential;

/// <summary>A Set-Cookie line after the algorithms of RFC 6265bis §5.6: the last attribute of each name.</summary>
internal sealed class ModelSetCookie
{
    private static readonly TimeSpan s_ageLimit = TimeSpan.FromDays(400);

    private ModelSetCookie(string name, string value) => (Name, Value) = (name, value);

    public string Name { get; }

    public string Value { get; }

    public DateTimeOffset? Expires { get; private set; }

    public DateTimeOffset? MaxAge { get; private set; }

    public string? Domain { get; private set; }

    public string? Path { get; private set; }

    /// <summary>Gets a value indicating whether the last Path attribute is a slash, and not merely that which takes the place of no path.</summary>
    public bool HasRootPath { get; private set; }

    public bool IsSecure { get; private set; }

    public bool IsHttpOnly { get; private set; }

    public SameSite SameSite { get; private set; }

    /// <summary>Parses a set-cookie-string; null where it is ignored entirely.</summary>
    public static ModelSetCookie? Parse(string line, string defaultPath, DateTimeOffset now)
    {
        if (line.Any(c => (c < ' ' && c != '\t') || c == '\x7F'))
        {
            return null;
        }

        string[] parts = line.Split(';');
        string[] pair = parts[0].Split('=', 2);
        string name = pair.Length == 1 ? "" : pair[0].Trim(' ', '\t');
        string value = pair[^1].Trim(' ', '\t');
        if (name.Length + value.Length > 4096)
        {
            return null;
        }

        ModelSetCookie cookie = new(name, value);
        foreach (string part in parts.Skip(1))
        {
            string[] attribute = part.Split('=', 2);
            string attributeValue = attribute.Length == 1 ? "" : attribute[1].Trim(' ', '\t');
            if (attributeValue.Length <= 1024)
            {
                cookie.Take(attribute[0].Trim(' ', '\t').ToLowerInvariant(), attributeValue, defaultPath, now);
            }
        }

        return cookie;
    }

    private void Take(string name, string value, string defaultPath, DateTimeOffset now)
    {
        switch (name)
        {
            case "expires":
                DateTimeOffset? date = ModelCookieDate.Parse(value);
                Expires = date is null ? Expires : date > now + s_ageLimit ? now + s_ageLimit : date;
                break;
            case "max-age":
                MaxAge = ExpiryOfMaxAge(value, now) ?? MaxAge;
                break;
            case "domain":
                Domain = (value.StartsWith('.') ? value[1..] : value).ToLowerInvariant();
                break;
            case "path":
                Path = value.StartsWith('/') ? value : defaultPath;
                HasRootPath = value == "/";
                break;
            case "secure":
                IsSecure = true;
                break;
            case "httponly":
                IsHttpOnly = true;
                break;
            case "samesite":
                SameSite = value.ToLowerInvariant() switch
                {
                    "none" => SameSite.None,
                    "strict" => SameSite.Strict,
                    "lax" => SameSite.Lax,
                    _ => default,
                };
                break;
        }
    }

    /// <summary>The expiry-time of a Max-Age attribute, or null where it is ignored: so is a lone "-", of which the text says nothing.</summary>
    private static DateTimeOffset? ExpiryOfMaxAge(string value, DateTimeOffset now)
    {
        string digits = value.StartsWith('-') ? value[1..] : value;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }

        var seconds = BigInteger.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return seconds <= 0 ? DateTimeOffset.MinValue : now.AddSeconds((double)BigInteger.Min(seconds, (long)s_ageLimit.TotalSeconds));
    }
}
