namespace PollHttp.Core;

/// <summary>Settings of a <see cref="PollClient"/>, fixed when it is made.</summary>
public sealed class PollClientOptions
{
    /// <summary>Limits of each connection: sizes in bytes, times as spans.</summary>
    public ConnectionLimits Limits { get; init; } = new();

    /// <summary>Resolving, connecting and a proxy's tunnel together; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The <c>User-Agent</c> of requests that bring none (RFC 9110 §10.1.5); null for <c>PollHttp/</c> and the version, empty
    /// for no such field.
    /// </summary>
    public string? UserAgent { get; init; }
}
