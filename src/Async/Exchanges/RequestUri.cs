namespace PollHttp;

/// <summary>
/// What an address must be like before a byte is sent to it, on the text as it was given: two parsers that read
/// an authority differently are how requests, with their credentials, reach the wrong host.
/// </summary>
internal static class RequestUri
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Refuses an address that can't be requested, or that another parser could read as another host.</summary>
    /// <exception cref="NotSupportedException">The scheme is neither http nor https.</exception>
    /// <exception cref="ArgumentException">The authority is empty or ambiguous.</exception>
    public static void Check(Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new NotSupportedException($"The scheme '{uri.Scheme}' is not supported; only http and https are.");
        }

        ReadOnlySpan<char> authority = AuthorityOf(uri.OriginalString);
        if (authority.Contains('\\'))
        {
            throw Refuse("there is a backslash in front of its path");
        }

        int at = authority.IndexOf('@');
        ReadOnlySpan<char> hostAndPort = authority[(at + 1)..];
        if (hostAndPort.Contains('@'))
        {
            throw Refuse("there is more than one @ in its authority");
        }

        if (hostAndPort.IndexOf('[') < 0 && hostAndPort.Contains('%'))
        {
            throw Refuse("its host has percent-encoded characters");
        }

        if (uri.Port is < 1 or > 65535)
        {
            throw Refuse("its port is not 1 to 65535");
        }

        CheckHost(uri);
    }

    /// <summary>Whether a request to one may carry what was meant for the other: scheme, host and port all count .</summary>
    public static bool IsSameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && a.IdnHost.Equals(b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static void CheckHost(Uri uri)
    {
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return; // also what was written as a number or in octal: it is the address by now, and is connected to as such
        }

        string host = uri.IdnHost;
        if (host.Length == 0)
        {
            throw Refuse("it has no host");
        }

        foreach (char c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                throw Refuse("its host has a character that no host name has");
            }
        }

        ReadOnlySpan<char> name = host.AsSpan().TrimEnd('.');
        if (IsNumber(name[(name.LastIndexOf('.') + 1)..]))
        {
            throw Refuse("its host ends in a number but is no address");
        }
    }

    /// <summary>The last label of a name is no number, in decimal or hexadecimal: an address is meant then (WHATWG URL §3.5).</summary>
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

    private static ArgumentException Refuse(string why) => new($"The address of the request can't be used: {why}.");
}
