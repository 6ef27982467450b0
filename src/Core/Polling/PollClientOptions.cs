namespace PollHttp.Core;

/// <summary>Specifies the settings of a <see cref="PollClient"/>, which are fixed when it is created.</summary>
public sealed class PollClientOptions
{
    /// <summary>Gets the limits of messages: how much is accepted and buffered.</summary>
    public ConnectionLimits Limits => Exchange.Limits;

    /// <summary>Gets the timeouts of the waits within an exchange.</summary>
    public ConnectionTimeouts Timeouts => Exchange.Timeouts;

    /// <summary>Gets or sets the deviations from the rules that are accepted; <see cref="Leniency.Default"/>.</summary>
    public Leniency Leniency
    {
        get => Exchange.Leniency;
        init => Exchange = new() { Limits = Limits, Timeouts = Timeouts, Leniency = value };
    }

    /// <summary>Gets or sets the timeout for the lookup, connecting and a proxy's tunnel together; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the timeout for the TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the <c>User-Agent</c> of requests without one (RFC 9110 §10.1.5); null for <c>PollHttp/</c> and the version, empty for
    /// no such field.
    /// </summary>
    public string? UserAgent { get; init; }

    internal ExchangeOptions Exchange { get; private init; } = new() { Timeouts = new() { ResponseHead = TimeSpan.FromSeconds(30) } };
}
