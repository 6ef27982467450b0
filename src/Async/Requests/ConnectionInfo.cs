namespace PollHttp;

/// <summary>The connection that a response came over. Shared by the responses of one connection; outlives it.</summary>
public sealed record ConnectionInfo
{
    /// <summary>The address connected to: the server's, or the proxy's where there is one; null where it can't be told.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>What the TLS handshake agreed on, or null without TLS. Its certificate is valid as long as the connection is open.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>Whether another request went over the connection before.</summary>
    public bool IsReused { get; init; }
}
