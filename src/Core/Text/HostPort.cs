using System.Globalization;

namespace PollHttp.Core;

/// <summary>Formats and parses host and port: IPv6 in brackets, and without a scheme's default port where that is allowed.</summary>
/// <param name="Host">A name, or an IP literal without brackets.</param>
/// <param name="Port">The TCP port.</param>
internal readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Returns the default port of http or https (RFC 9110
    /// §4.2).</summary>
    public static int DefaultPort(bool isHttps) => isHttps ? 443 : 80;

    /// <summary>Puts an IPv6 literal in brackets; its zone stays.</summary>
    public static string Bracket(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;

    /// <summary>Removes the brackets of an IPv6 literal.</summary>
    public static string Unbracket(string host) => host.Trim('[', ']');

    /// <summary>
    /// Formats a host for an authority: IPv6 in brackets and without its zone, which is meaningful on this machine only (RFC 6874
    /// §1).</summary>
    public static string BracketWithoutZone(string host)
    {
        int zone = host.Contains(':', StringComparison.Ordinal) ? host.IndexOf('%', StringComparison.Ordinal) : -1;
        return Bracket(zone < 0 ? host : host[..zone]);
    }

    /// <summary>Parses a port: digits, 1 to 65535.</summary>
    public static bool TryParsePort(ReadOnlySpan<char> digits, out int port)
    {
        bool isRead = ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0;
        port = number;
        return isRead;
    }

    /// <summary>Formats an authority: host:port, or only the host if the port is <paramref name="defaultPort"/> (RFC 9110
    /// §7.2).</summary>
    public string ToAuthority(int? defaultPort = null)
    {
        string host = BracketWithoutZone(Host);
        return Port == defaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
    }

    /// <summary>Formats host:port for display; the zone of an address stays.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bracket(Host)}:{Port}");
}
