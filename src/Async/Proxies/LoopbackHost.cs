namespace PollHttp.Proxies;

/// <summary>The hosts that are this machine itself: loopback addresses, localhost and the names below it (RFC 6761 §6.3).</summary>
internal static class LoopbackHost
{
    /// <param name="host">Lower-case, without brackets and without a dot at its end.</param>
    public static bool Is(string host) => IPAddress.TryParse(host, out IPAddress? address)
        ? IPAddress.IsLoopback(address)
        : host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);
}
