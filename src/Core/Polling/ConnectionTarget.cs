using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>Where a connection leads and what is layered on it.</summary>
public sealed record ConnectionTarget
{
    /// <summary>The host: a DNS name, or an IP literal without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>TLS towards <see cref="Host"/>, or null for plain HTTP.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Connects here instead of resolving <see cref="Host"/>: a Unix domain socket, a fixed address.</summary>
    public EndPoint? EndPoint { get; init; }

    /// <summary>The proxy's host, or null for a direct connection. With <see cref="Tls"/> a CONNECT tunnel is made through it.</summary>
    public string? ProxyHost { get; init; }

    /// <summary>The proxy's port.</summary>
    public int ProxyPort { get; init; }
}
