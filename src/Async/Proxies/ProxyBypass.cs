using System.Globalization;

namespace PollHttp.Proxies;

/// <summary>
/// Lists the hosts that are reached without a proxy, in the form of NO_PROXY: names with or without a leading dot, which include
/// subdomains; addresses and networks (10.0.0.0/8); each with or without a port; an asterisk for all.
/// </summary>
/// <remarks>Requests to loopback addresses and localhost never use a proxy, since it would connect to itself.</remarks>
internal sealed class ProxyBypass
{
    private readonly List<Entry> _entries = [];
    private readonly bool _all;

    public ProxyBypass(string? list)
    {
        foreach (string item in (list ?? "").Split([',', ' ', '\t', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (item == "*")
            {
                _all = true;
            }
            else if (Entry.Parse(item) is { } entry)
            {
                _entries.Add(entry);
            }
        }
    }

    public bool Covers(Uri address)
    {
        string host = Canonical(address.IdnHost);
        IPAddress? ip = ParseAddress(host);
        return _all || LoopbackHost.Is(host) || _entries.Exists(e => e.Matches(host, ip, address.Port));
    }

    private static string Canonical(string host) => HostPort.Unbracket(host).TrimEnd('.').ToLowerInvariant();

    private static IPAddress? ParseAddress(string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        if (!IPAddress.TryParse(zone < 0 ? host : host[..zone], out IPAddress? ip))
        {
            return null;
        }

        return ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
    }

    private sealed record Entry(string Host, IPNetwork? Network, int? Port)
    {
        public static Entry? Parse(string item)
        {
            item = item.StartsWith("*.", StringComparison.Ordinal) ? item[1..] : item;
            int? port = null;
            if (TakePort(ref item, out int given))
            {
                port = given;
            }

            string host = Canonical(item.TrimStart('.'));
            int slash = host.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0)
            {
                return NetworkOf(HostPort.Unbracket(host[..slash]), host[(slash + 1)..]) is { } network ? new(host, network, port) : null;
            }

            if (ParseAddress(host) is { } ip)
            {
                return new(host, new IPNetwork(ip, ip.GetAddressBytes().Length * 8), port);
            }

            try
            {
                host = host.Length == 0 ? host : new IdnMapping().GetAscii(host);
            }
            catch (ArgumentException)
            {
                return null; // not a valid name, so it matches nothing
            }

            return host.Length == 0 ? null : new(host, null, port);
        }

        public bool Matches(string host, IPAddress? ip, int port)
        {
            if (Port is { } own && own != port)
            {
                return false;
            }

            if (Network is { } network)
            {
                return ip is not null && network.Contains(ip);
            }

            return ip is null
                && host.EndsWith(Host, StringComparison.Ordinal)
                && (host.Length == Host.Length || host[^(Host.Length + 1)] == '.');
        }

        /// <summary>Removes ":8080" from the end, but not the last group of an IPv6 address without brackets.</summary>
        private static bool TakePort(ref string item, out int port)
        {
            port = 0;
            int colon = item.LastIndexOf(':');
            bool isPlainIpv6 = colon >= 0 && item[0] != '[' && item.IndexOf(':', StringComparison.Ordinal) != colon;
            if (colon < 0 || isPlainIpv6 || item.IndexOf(']', colon) >= 0
                || !ushort.TryParse(item.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort given))
            {
                return false;
            }

            port = given;
            item = item[..colon];
            return true;
        }

        /// <summary>Parses a network; host bits as in 10.1.2.3/8 are cleared.</summary>
        private static IPNetwork? NetworkOf(string address, string length)
        {
            if (ParseAddress(address) is not { } ip
                || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
                || bits > ip.GetAddressBytes().Length * 8)
            {
                return null;
            }

            byte[] bytes = ip.GetAddressBytes();
            for (int i = 0; i < bytes.Length; i++)
            {
                int kept = Math.Clamp(bits - (i * 8), 0, 8);
                bytes[i] &= (byte)(0xff << (8 - kept));
            }

            return new IPNetwork(new IPAddress(bytes), bits);
        }
    }
}
