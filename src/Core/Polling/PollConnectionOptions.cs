namespace PollHttp.Core;

/// <summary>Limits of a pumped connection.</summary>
public sealed class PollConnectionOptions
{
    /// <summary>Limits of the HTTP connection.</summary>
    public ConnectionLimits Limits { get; init; } = new();

    /// <summary>Resolving, connecting and a proxy's tunnel together; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where receive and send buffers come from; null for <see cref="SlabPool.Shared"/>.</summary>
    public SlabPool? Slabs { get; init; }
}
