namespace PollHttp.Core;

/// <summary>Settings of a <see cref="PollClient"/>, fixed when it is made.</summary>
public sealed class PollClientOptions
{
    /// <summary>How much of a message is taken and held.</summary>
    public ConnectionLimits Limits => Exchange.Limits;

    /// <summary>How long each wait within an exchange may take.</summary>
    public ConnectionTimeouts Timeouts => Exchange.Timeouts;

    /// <summary>What is accepted although the rules don't have it so; <see cref="Leniency.LineFolding"/>.</summary>
    public Leniency Leniency
    {
        get => Exchange.Leniency;
        init => Exchange = new() { Limits = Limits, Timeouts = Timeouts, Leniency = value };
    }

    /// <summary>Resolving, connecting and a proxy's tunnel together; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the <c>User-Agent</c> of requests that bring none (RFC 9110 §10.1.5); null for <c>PollHttp/</c> and the version, empty
    /// for no such field.
    /// </summary>
    public string? UserAgent { get; init; }

    internal ExchangeOptions Exchange { get; private init; } = new() { Timeouts = new() { ResponseHead = TimeSpan.FromSeconds(30) } };
}
