namespace PollHttp.Cli.Commands;

/// <summary>Specifies how progress is shown on the error stream.</summary>
internal enum ProgressKind
{
    /// <summary>Lines: the error stream is not a terminal, or lines of a trace would mix with the bars.</summary>
    Lines,

    /// <summary>Bars that are redrawn, on a terminal.</summary>
    Bars,

    /// <summary>Nothing, as requested.</summary>
    None,
}
