using System.Globalization;
using System.Net;

namespace PollHttp.Core;

/// <summary>Represents the host argument of ConnectToHost: a name, an IP literal, or one of them after a scheme.</summary>
/// <param name="Name">The name in ASCII, or the IP literal without brackets.</param>
/// <param name="IsAddress">Whether it is an IP literal, which needs no lookup.</param>
/// <param name="IsHttps">True or false if a scheme was given, otherwise null.</param>
/// <param name="Port">The port after a host with a scheme; null for none.</param>
internal readonly record struct PollClientHost(string Name, bool IsAddress, bool? IsHttps, int? Port = null)
{
    private static readonly IdnMapping s_idn = new() { UseStd3AsciiRules = false };

    /// <exception cref="ArgumentException">The text is not a host, or something follows it.</exception>
    public static PollClientHost Parse(string host, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(host, parameter);
        bool? isHttps = null;
        string rest = host;
        if (host.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            (isHttps, rest) = (false, host[7..]);
        }
        else if (host.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            (isHttps, rest) = (true, host[8..]);
        }

        int? port = null;
        int colon = rest.LastIndexOf(':');
        if (isHttps is not null && colon == rest.IndexOf(':', Math.Max(0, rest.LastIndexOf(']'))) && colon > 0 && HostPort.TryParsePort(rest.AsSpan(colon + 1), out int given))
        {
            (port, rest) = (given, rest[..colon]); // the last group of an IPv6 address without brackets is not a port
        }

        if (rest.StartsWith('[') && rest.EndsWith(']') && rest.Contains(':', StringComparison.Ordinal))
        {
            rest = rest[1..^1];
        }

        if (IsIpLiteral(rest))
        {
            return new(rest, true, isHttps, port);
        }

        string name = ToAscii(rest);
        if (!IsName(name))
        {
            throw new ArgumentException(
                "A host is a name or an IP address, with http:// or https:// in front at most; a port is read after one of these, or is an argument of its own.",
                parameter);
        }

        return new(name, false, isHttps, port);
    }

    /// <summary>Returns the form for Host, without a default port (RFC 9110
    /// §7.2).</summary>
    public static string FormatAuthority(string host, int port, bool isHttps) => new HostPort(host, port).ToAuthority(HostPort.DefaultPort(isHttps));

    /// <summary>Returns host[:port] without a default port, or null if it is not an authority.</summary>
    public static string? NormalizeAuthority(string authority, bool isHttps)
    {
        int port = HostPort.DefaultPort(isHttps);
        string host = authority;
        int colon = authority.LastIndexOf(':');
        if (colon > authority.LastIndexOf(']'))
        {
            host = authority[..colon];
            // An empty port is valid and means the default port (RFC 3986 <summary>3.2.3).</summary>
            if (colon + 1 < authority.Length && !HostPort.TryParsePort(authority.AsSpan(colon + 1), out port))
            {
                return null;
            }
        }

        return IsBracketedOrName(host) ? FormatAuthority(HostPort.Unbracket(host), port, isHttps) : null;
    }

    /// <summary>Determines whether the text is host:port with both present (RFC 9112
    /// §3.2.3).</summary>
    public static bool IsHostAndPort(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > text.LastIndexOf(']') && colon > 0
            && HostPort.TryParsePort(text.AsSpan(colon + 1), out _) && IsBracketedOrName(text[..colon]);
    }

    /// <summary>Gets a value indicating whether a host needs no lookup. IPAddress.TryParse also takes "1" and "0x7f.1"; those are left to
    /// the resolver, as names.</summary>
    public static bool IsIpLiteral(string text) =>
        (text.Contains(':', StringComparison.Ordinal) || text.AsSpan().Count('.') == 3)
        && !text.AsSpan().ContainsAny('[', ']', '/') && IPAddress.TryParse(text, out _);

    /// <summary>Reads the proxy of an argument pair; null for none.</summary>
    /// <exception cref="ArgumentException">Not a host.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static ProxySpec? ParseProxy(string? host, int port)
    {
        if (string.IsNullOrEmpty(host) || port == -1)
        {
            return null;
        }

        PollClientHost parsed = Parse(host, nameof(host));
        if (parsed.IsHttps is not null)
        {
            throw new ArgumentException("A proxy is given as a host, without a scheme.", nameof(host));
        }

        CheckPort(port);
        return new() { Scheme = ProxyScheme.Http, Host = parsed.Name, Port = port };
    }

    /// <summary>Gets the port of the arguments: of its own, the one that the host names, or that of the scheme.</summary>
    public int PortOf(int port, bool isHttps)
    {
        if (port == -1)
        {
            port = Port ?? HostPort.DefaultPort(isHttps);
        }
        else if (Port is { } other && other != port)
        {
            throw new ArgumentException($"The host names port {other}, the argument port {port}.", nameof(port));
        }

        CheckPort(port);
        return port;
    }

    private static void CheckPort(int port)
    {
        if (port is < 1 or > 65535)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is 1 to 65535, or -1.");
        }
    }

    private static bool IsBracketedOrName(string host) =>
        host.StartsWith('[') ? host.EndsWith(']') && host.Length > 2 && IsIpLiteral(host[1..^1]) : IsName(host);

    private static bool IsName(string name)
    {
        if (name.Length is 0 or > 254 || name[0] == '.')
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private static string ToAscii(string name)
    {
        if (Ascii(name))
        {
            return name;
        }

        try
        {
            return s_idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return "";
        }

        static bool Ascii(string text) => System.Text.Ascii.IsValid(text);
    }
}
