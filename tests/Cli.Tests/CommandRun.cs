using System.Text;
using PollHttp.Cli.Commands;

namespace PollHttp.Cli.Tests;

/// <summary>Runs the command in this process, and keeps what it wrote.</summary>
internal sealed class CommandRun
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    private CommandRun()
    {
    }

    public ExitCode Code { get; private set; }

    public byte[] Bytes => _output.ToArray();

    public string Output => Encoding.UTF8.GetString(_output.ToArray());

    public string Error => _error.ToString().ReplaceLineEndings("\n");

    /// <summary>The lines of the error stream.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<CommandRun> RunAsync(params string[] args) => RunAsync(new Setting(), args);

    public static async Task<CommandRun> RunAsync(Setting setting, params string[] args)
    {
        CommandRun run = new();
        CommandHost host = new()
        {
            Input = new MemoryStream(Encoding.UTF8.GetBytes(setting.Input)),
            Output = setting.Output ?? run._output,
            Error = TextWriter.Synchronized(run._error),
            IsOutputTerminal = setting.IsTerminal,
            IsErrorTerminal = setting.IsTerminal,
            Width = setting.Width,
            CurrentDirectory = setting.Folder ?? Path.GetTempPath(),
        };
        run.Code = (ExitCode)await new PollHttpCommand(host).RunAsync(args, setting.Cancellation);
        return run;
    }

    /// <summary>The world around a command.</summary>
    internal sealed record Setting
    {
        public string Input { get; init; } = "";

        public Stream? Output { get; init; }

        public bool IsTerminal { get; init; }

        public int Width { get; init; } = 80;

        public string? Folder { get; init; }

        public CancellationToken Cancellation { get; init; }
    }
}
