namespace PollHttp.Cli;

/// <summary>Ends the command with one line and an exit code.</summary>
internal sealed class CliException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
