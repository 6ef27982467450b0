namespace PollHttp.Core;

/// <summary>What an exchange is held to, in three groups. Those of a connection count for each exchange that brings none.</summary>
public sealed class ExchangeOptions
{
    internal static ExchangeOptions Default { get; } = new();

    /// <summary>How much is taken and held.</summary>
    public ConnectionLimits Limits { get; internal init; } = new();

    /// <summary>How long each wait may take.</summary>
    public ConnectionTimeouts Timeouts { get; internal init; } = new();

    /// <summary>What is accepted although the rules don't have it so; <see cref="Leniency.LineFolding"/>.</summary>
    public Leniency Leniency { get; init; } = Leniency.LineFolding;

    internal bool Allows(Leniency what) => (Leniency & what) != 0;
}
