using System.Text;

namespace PollHttp.Cli;

/// <summary>Provides a command with its environment: its streams, and the properties of the terminal. Tests pass their own.</summary>
internal sealed class CommandHost
{
    private const int WidthWithoutTerminal = 80;

    /// <summary>Gets or sets the stream that <c>@-</c> and <c>-T -</c> read.</summary>
    public required Stream Input { get; init; }

    /// <summary>Gets or sets the stream that bodies are written to.</summary>
    public required Stream Output { get; init; }

    /// <summary>Gets or sets the writer for everything else: errors, progress, traces. Its methods may be called from any thread.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Gets a value indicating whether <see cref="Output"/> is a terminal.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Gets a value indicating whether <see cref="Error"/> is a terminal, so that bars can be drawn.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Gets or sets a value indicating whether the environment requests no colours (NO_COLOR).</summary>
    public bool RefusesColor { get; init; }

    /// <summary>Gets or sets the width of the terminal in columns; 80 without a terminal.</summary>
    public int Width { get; init; } = WidthWithoutTerminal;

    /// <summary>Gets or sets the folder that file names are relative to.</summary>
    public required string CurrentDirectory { get; init; }

    public static CommandHost OfProcess()
    {
        bool hasTerminal = !Console.IsOutputRedirected || !Console.IsErrorRedirected;
        return new()
        {
            Input = Console.OpenStandardInput(),
            Output = Console.OpenStandardOutput(),
            Error = TextWriter.Synchronized(
                new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true }),
            IsOutputTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            RefusesColor = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || Environment.GetEnvironmentVariable("TERM") == "dumb",
            Width = hasTerminal ? WidthOfTerminal() : WidthWithoutTerminal,
            CurrentDirectory = Environment.CurrentDirectory,
        };
    }

    /// <summary>Returns the full path of a file named on the command line.</summary>
    public string PathOf(string name) => Path.GetFullPath(name, CurrentDirectory);

    private static int WidthOfTerminal()
    {
        try
        {
            return Console.WindowWidth is var width and >= 20 ? width : WidthWithoutTerminal;
        }
        catch (IOException)
        {
            return WidthWithoutTerminal; // a terminal that does not report its size
        }
    }
}
