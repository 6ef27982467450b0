namespace PollHttp.Cli.Commands;

/// <summary>What is told of the progress on the error stream.</summary>
internal enum ProgressKind
{
    /// <summary>Lines: where the error stream is no terminal, or lines of a trace would go through the bars.</summary>
    Lines,

    /// <summary>Bars that are drawn anew, on a terminal.</summary>
    Bars,

    /// <summary>Nothing, as was asked for.</summary>
    None,
}
