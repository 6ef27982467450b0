namespace PollHttp.Proxies;

/// <summary>Recognises the hosts that are this machine itself: loopback addresses, localhost and its subdomains (RFC 6761
/// §6.3).</summary>
internal static class LoopbackHost
{
    /// <param name="host">The host in lower case, without brackets and without a trailing dot.</param>
    public static bool Is(string host) => IPAddress.TryParse(host, out IPAddress? address)
        ? IPAddress.IsLoopback(address)
        : host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);
}
