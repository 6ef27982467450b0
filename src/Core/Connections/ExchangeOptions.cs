namespace PollHttp.Core;

/// <summary>Groups the options of an exchange. Those of a connection apply to each exchange that has none of its own.</summary>
public sealed class ExchangeOptions
{
    internal static ExchangeOptions Default { get; } = new();

    /// <summary>Gets or sets the limits of sizes and counts.</summary>
    public ConnectionLimits Limits { get; internal init; } = new();

    /// <summary>Gets or sets the timeouts of each wait.</summary>
    public ConnectionTimeouts Timeouts { get; internal init; } = new();

    /// <summary>Gets or sets the deviations from the rules that are accepted; <see cref="Leniency.Default"/>.</summary>
    public Leniency Leniency { get; init; } = Leniency.Default;

    internal bool Allows(Leniency what) => (Leniency & what) != 0;
}
