using System.Text;
using Spectre.Console;

namespace PollHttp.Cli.Display;

/// <summary>Creates Spectre's console over the error stream of a command.</summary>
internal static class TerminalConsole
{
    public static IAnsiConsole Create(CommandHost host, bool usesColor) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        ColorSystem = usesColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.Yes,
        Out = new ErrorStream(host),
    });

    private sealed class ErrorStream(CommandHost host) : IAnsiConsoleOutput
    {
        private const int AnyHeight = 50;

        public TextWriter Writer => host.Error;

        public bool IsTerminal => true;

        public int Width => host.Width;

        public int Height => AnyHeight;

        public void SetEncoding(Encoding encoding)
        {
            // The stream is already UTF-8.
        }
    }
}
