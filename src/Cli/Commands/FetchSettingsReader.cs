using System.CommandLine;

namespace PollHttp.Cli.Commands;

/// <summary>Reads from the command line what is shown, and how.</summary>
internal sealed class FetchSettingsReader(ParseResult line, FetchSymbols symbols, CommandHost host)
{
    private const int DefaultParallel = 8;

    /// <exception cref="CliException">A value is malformed.</exception>
    public FetchSettings Read()
    {
        bool isTraced = line.GetValue(symbols.Trace) || line.GetValue(symbols.TraceBody) is not null;
        return new()
        {
            IncludeHead = line.GetValue(symbols.Include),
            FailOnStatus = line.GetValue(symbols.Fail),
            IndentJson = host.IsOutputTerminal || line.GetValue(symbols.Pretty),
            OutputInk = new(UsesColor(host.IsOutputTerminal)),
            ErrorInk = new(UsesColor(host.IsErrorTerminal)),
            Progress = line.GetValue(symbols.Silent) ? ProgressKind.None : host.IsErrorTerminal && !isTraced ? ProgressKind.Bars : ProgressKind.Lines,
            Resume = !line.GetValue(symbols.NoResume),
            Sha256 = ReadDigest(),
            Parallel = line.GetValue(symbols.Parallel) ?? DefaultParallel,
        };
    }

    private bool UsesColor(bool isTerminal) => line.GetValue(symbols.Color) switch
    {
        null or "auto" => isTerminal && !host.RefusesColor,
        "always" => true,
        "never" => false,
        var other => throw new CliException(ExitCode.Usage, $"--color takes auto, always or never, not '{other}'."),
    };

    private string? ReadDigest()
    {
        string? text = line.GetValue(symbols.Sha256);
        return text is null or { Length: 64 } && (text is null || text.All(char.IsAsciiHexDigit))
            ? text
            : throw new CliException(ExitCode.Usage, "--sha256 takes 64 hexadecimal digits.");
    }
}
