namespace PollHttp.Cli;

/// <summary>The command ends here, with one line and an exit code.</summary>
internal sealed class CliException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
