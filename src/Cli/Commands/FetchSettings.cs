using PollHttp.Cli.Display;

namespace PollHttp.Cli.Commands;

/// <summary>Specifies what happens to the responses, and what is shown.</summary>
internal sealed record FetchSettings
{
    public bool IncludeHead { get; init; }

    public bool FailOnStatus { get; init; }

    /// <summary>Gets or sets how progress is shown.</summary>
    public ProgressKind Progress { get; init; }

    public bool IndentJson { get; init; }

    /// <summary>Gets or sets the colours of the output.</summary>
    public Ink OutputInk { get; init; }

    /// <summary>Gets or sets the colours of the error stream.</summary>
    public Ink ErrorInk { get; init; }

    public bool Resume { get; init; }

    public string? Sha256 { get; init; }

    public int Parallel { get; init; }
}
