using System.Globalization;
using PollHttp.Addresses;

namespace PollHttp.Proxies;

/// <summary>
/// Represents the address of a proxy in an environment variable: <c>[scheme://][user[:password]@]host[:port]</c>, with or without percent
/// encoding in user and password, which end at the last @, as on the platform.
/// </summary>
/// <param name="Uri">The address, its user and password encoded; null if it can't be parsed.</param>
/// <param name="Problem">The reason why it can't be parsed, without any part of the value, which may have a password; null if it can
/// be.</param>
/// <param name="IsKnownToPlatform">Whether the platform's handlers can parse it too.</param>
internal sealed record ProxyAddress(Uri? Uri, string? Problem, bool IsKnownToPlatform)
{
    private static readonly string[] s_schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

    /// <summary>Parses a value that is not empty.</summary>
    public static ProxyAddress Read(string value)
    {
        string text = value.Trim();
        bool isPadded = text.Length != value.Length;
        string scheme = "http";
        int end = text.IndexOf("://", StringComparison.Ordinal);
        if (end >= 0 && text.AsSpan(0, end).IndexOfAny("@:/?#\\") < 0)
        {
            scheme = text[..end].ToLowerInvariant();
            text = text[(end + 3)..];
            if (!s_schemes.Contains(scheme))
            {
                return Refuse("its scheme is none of http, https, socks4, socks4a, socks5 and socks5h");
            }
        }

        int at = text.LastIndexOf('@');
        string user = "";
        string? password = null;
        if (at >= 0)
        {
            user = Uri.UnescapeDataString(text[..at]);
            int colon = user.IndexOf(':', StringComparison.Ordinal);
            password = colon < 0 ? null : user[(colon + 1)..];
            user = colon < 0 ? user : user[..colon];
        }

        if (!TryTakePort(text.AsSpan(at + 1), out ReadOnlySpan<char> host, out int? port))
        {
            return Refuse("its port is not a number from 1 to 65535");
        }

        string userInfo = user.Length == 0 && password is null ? "" : Uri.EscapeDataString(user) + (password is null ? "" : ":" + Uri.EscapeDataString(password)) + "@";
        string bracketed = IsPlainIPv6(host) ? $"[{host}]" : host.ToString();
        string address = $"{scheme}://{userInfo}{bracketed}" + (port is null ? "" : string.Create(CultureInfo.InvariantCulture, $":{port}"));
        if (host.IsEmpty || !Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || RequestUri.FindProblemOfHost(uri) is not null)
        {
            return Refuse("its host is neither a name nor an address");
        }

        bool isBeyond = isPadded || scheme == "socks5h" || (user.Length == 0 && password is not null) || text.TrimEnd('/').EndsWith(':');
        return new(uri, null, !isBeyond);
    }

    private static ProxyAddress Refuse(string problem) => new(null, problem, IsKnownToPlatform: false);

    /// <summary>Separates host and port; text after them is ignored.</summary>
    private static bool TryTakePort(ReadOnlySpan<char> text, out ReadOnlySpan<char> host, out int? port)
    {
        int end = text.IndexOfAny("/?#\\");
        ReadOnlySpan<char> rest = end < 0 ? default : text[end..];
        text = end < 0 ? text : text[..end];
        host = text;
        port = null;
        int colon = text.LastIndexOf(':');
        if (colon <= text.LastIndexOf(']'))
        {
            return true;
        }

        host = text[..colon];
        ReadOnlySpan<char> digits = text[(colon + 1)..];
        if (digits.IsEmpty)
        {
            return rest is "" or "/"; // anything else is a scheme in an unexpected form, or repeated
        }

        bool isRead = HostPort.TryParsePort(digits, out int number);
        port = number;
        return isRead;
    }

    private static bool IsPlainIPv6(ReadOnlySpan<char> host) => host.Contains(':') && host[0] != '[' && IPAddress.TryParse(host, out _);
}
