namespace PollHttp.Core;

/// <summary>Settings of a <see cref="PollClient"/>, fixed when it is made.</summary>
public sealed class PollClientOptions
{
    /// <summary>Limits of each connection: sizes in bytes, times as spans.</summary>
    public ConnectionLimits Limits { get; init; } = new();

    /// <summary>Resolving, connecting and a proxy's tunnel together; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// From the last byte of a request to the end of the response head, where <see cref="ConnectionLimits.ResponseHeadTimeout"/> is null;
    /// 30 s, null for no limit.
    /// </summary>
    public TimeSpan? ResponseHeadTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The <c>User-Agent</c> of requests that bring none (RFC 9110 §10.1.5); null for <c>PollHttp/</c> and the version, empty
    /// for no such field.
    /// </summary>
    public string? UserAgent { get; init; }
}
