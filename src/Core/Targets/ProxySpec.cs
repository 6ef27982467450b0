using System.Net.Security;

namespace PollHttp.Core;

/// <summary>
/// A proxy: how to speak to it, where it is, and who we are to it. A value, so that it can be part of a pool's key. Its text
/// leaves the credentials out.
/// </summary>
public sealed record ProxySpec
{
    /// <summary>How the proxy is spoken to.</summary>
    public required ProxyScheme Scheme { get; init; }

    /// <summary>Gets or sets the proxy's host: a DNS name, or an IP literal without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>Gets or sets the proxy's TCP port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Gets or sets the user's name, or null for none. Sent to this proxy only .</summary>
    public string? UserName { get; init; }

    /// <summary>Gets or sets the password that goes with <see cref="UserName"/>, or null for an empty one.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// TLS towards a <see cref="ProxyScheme.Https"/> proxy, or null for the defaults. Kept apart from the TLS towards the origin:
    /// a client certificate or a callback meant for one is never used for the other.
    /// </summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Gets a value indicating whether it is a SOCKS proxy, through which everything goes as through a tunnel.</summary>
    public bool IsSocks => Scheme is not (ProxyScheme.Http or ProxyScheme.Https);

    /// <summary>Gets a value indicating whether the name of the origin is resolved here, not by the proxy.</summary>
    public bool ResolvesHere => Scheme is ProxyScheme.Socks4 or ProxyScheme.Socks5;

    /// <summary>Gets how a fault names the way over this proxy.</summary>
    internal string Way => $"through the proxy {new HostPort(Host, Port)}";

    /// <summary>Scheme, host and port, without the credentials.</summary>
    public override string ToString() => $"{Scheme.ToString().ToLowerInvariant()}://{new HostPort(Host, Port)}";
}
