using System.Diagnostics.CodeAnalysis;

namespace PollHttp.Addresses;

/// <summary>
/// Checks an address before a byte is sent to it, using its original text: if two parsers read an authority differently, requests with
/// their credentials can reach the wrong host.
/// </summary>
internal static class RequestUri
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Refuses an address that can't be requested, or that another parser could read as a different host.</summary>
    /// <exception cref="NotSupportedException">The scheme is neither http nor https.</exception>
    /// <exception cref="ArgumentException">The authority is empty or ambiguous.</exception>
    public static void Check(Uri uri)
    {
        if (!HasKnownScheme(uri))
        {
            throw new NotSupportedException($"The scheme '{uri.Scheme}' is not supported; only http and https are.");
        }

        if (FindProblem(uri) is { } problem)
        {
            throw new ArgumentException($"The address of the request can't be used: {problem}.");
        }
    }

    /// <summary>Returns why an address can't be requested, as the end of a sentence; null if it can be.</summary>
    public static string? FindProblem(Uri uri)
    {
        if (!HasKnownScheme(uri))
        {
            return $"the scheme '{uri.Scheme}' is not supported; only http and https are";
        }

        ReadOnlySpan<char> authority = AuthorityOf(uri.OriginalString);
        if (authority.Contains('\\'))
        {
            return "there is a backslash before its path";
        }

        ReadOnlySpan<char> hostAndPort = authority[(authority.IndexOf('@') + 1)..];
        if (hostAndPort.Contains('@'))
        {
            return "there is more than one @ in its authority";
        }

        int bracket = hostAndPort.IndexOf(']');
        if (bracket < 0 && hostAndPort.Contains('%'))
        {
            return "its host has percent-encoded characters";
        }

        if (bracket >= 0 && bracket + 1 < hostAndPort.Length && hostAndPort[bracket + 1] != ':')
        {
            return "there is something other than a port after the bracket of its host";
        }

        return uri.Port is < 1 or > 65535 ? "its port is not 1 to 65535" : FindProblemOfHost(uri);
    }

    /// <summary>Determines whether two addresses have the same origin: scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && TryGetHost(a, out string? host) && TryGetHost(b, out string? other)
        && host.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool HasKnownScheme(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>Gets the host in the form that is looked up. <see cref="Uri"/> accepts names that IDNA refuses, and throws only when the
    /// IDN form is read.</summary>
    private static bool TryGetHost(Uri uri, [NotNullWhen(true)] out string? host)
    {
        try
        {
            host = uri.IdnHost;
            return true;
        }
        catch (UriFormatException)
        {
            host = null;
            return false;
        }
    }

    /// <summary>Returns why the host of an address can't be looked up or connected to; null if it can be.</summary>
    public static string? FindProblemOfHost(Uri uri)
    {
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return null; // also for what was written as a number or in octal: it is an address by now, and is connected to as such
        }

        if (!TryGetHost(uri, out string? host))
        {
            return "its host is not a name that IDNA allows";
        }

        if (host.Length == 0)
        {
            return "it has no host";
        }

        foreach (char c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return "its host has a character that is not allowed in host names";
            }
        }

        ReadOnlySpan<char> name = host.AsSpan().TrimEnd('.');
        return IsNumber(name[(name.LastIndexOf('.') + 1)..]) ? "its host ends in a number but is not an address" : null;
    }

    /// <summary>
    /// Determines whether the last label of a name is a number, in decimal or hexadecimal. Then the name is read as an address (WHATWG URL
    /// §3.5).</summary>
    private static bool IsNumber(ReadOnlySpan<char> label) =>
        label.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? !label[2..].ContainsAnyExcept(s_hexDigits)
            : label.Length > 0 && !label.ContainsAnyExceptInRange('0', '9');

    private static ReadOnlySpan<char> AuthorityOf(ReadOnlySpan<char> text)
    {
        int start = text.IndexOf("://");
        if (start < 0)
        {
            return default;
        }

        text = text[(start + 3)..];
        int end = text.IndexOfAny('/', '?', '#');
        return end < 0 ? text : text[..end];
    }
}
