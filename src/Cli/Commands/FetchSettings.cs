using PollHttp.Cli.Display;

namespace PollHttp.Cli.Commands;

/// <summary>What becomes of the responses, and what is shown.</summary>
internal sealed record FetchSettings
{
    public bool IncludeHead { get; init; }

    public bool FailOnStatus { get; init; }

    public bool IsSilent { get; init; }

    public bool IndentJson { get; init; }

    /// <summary>Gets the colours of the output.</summary>
    public Ink OutputInk { get; init; }

    /// <summary>Gets the colours of what goes to the error stream.</summary>
    public Ink ErrorInk { get; init; }

    /// <summary>Gets a value indicating whether bars are drawn: on a terminal, unless lines of a trace would go through them.</summary>
    public bool ShowBars { get; init; }

    public bool Resume { get; init; }

    public string? Sha256 { get; init; }

    public int Parallel { get; init; }
}
