using System.CommandLine;
using static PollHttp.Cli.Commands.OptionParsers;

namespace PollHttp.Cli.Commands;

/// <summary>Defines the options of the main command: what happens to the responses, and what is shown.</summary>
internal sealed class FetchSymbols
{
    public Argument<string[]> Addresses { get; } = new("url") { Description = "The addresses to request; http:// is the default scheme.", Arity = ArgumentArity.ZeroOrMore };

    public Option<string[]> Output { get; } = Texts("--output", ["-o"], "FILE", "The file for the body; once for each address. A partial download is continued.");

    public Option<bool> RemoteName { get; } = Flag("--remote-name", ["-O"], "Save each body under the last segment of its address.");

    public Option<string?> OutputFolder { get; } = Text("--output-dir", [], "FOLDER", "The folder for --output and --remote-name; created if it is missing.");

    public Option<bool> NoResume { get; } = Flag("--no-resume", [], "Start downloads from the beginning.");

    public Option<string?> Sha256 { get; } = Text("--sha256", [], "HEX", "The expected digest of the download.");

    public Option<int?> Parallel { get; } = Number("--parallel", ["-Z"], "The number of parallel downloads; 8.", 1, 1000);

    public Option<bool> Include { get; } = Flag("--include", ["-i"], "Show the head of the response before the body.");

    public Option<bool> Fail { get; } = Flag("--fail", ["-f"], "Exit with 22, and show no body, if the status is 400 or more.");

    public Option<bool> Silent { get; } = Flag("--silent", ["-s"], "No progress and no remarks; errors are still shown.");

    public Option<bool> ShowErrors { get; } = new("--show-error", "-S") { Description = "Errors are always shown.", Hidden = true };

    public Option<string?> Color { get; } = Text("--color", [], "WHEN", "auto (on a terminal), always, never.");

    public Option<bool> Pretty { get; } = Flag("--pretty", [], "Indent JSON in a pipe as well.");

    public Option<bool> Timings { get; } = Flag("--timings", [], "Show where the time went, as a waterfall.");

    public Option<bool> Trace { get; } = Flag("--trace", ["-v", "--verbose"], "Show the heads on the wire, with secrets masked.");

    public Option<int?> TraceBody { get; } = Number("--trace-body", [], "Like --trace, with this many bytes of each body; secrets in bodies are not masked.", 1, 1_000_000, "BYTES");

    public Option<string?> Har { get; } = Text("--har", [], "FILE", "Save an HTTP archive of all requests, for the developer tools of browsers.");

    public Option<int?> Retry { get; } = Number("--retry", [], "The number of retries if a retry is safe: connect errors, timeouts, 408, 429, 500, 502, 503, 504.", 0, 100);

    public Option<TimeSpan?> RetryDelay { get; } = Time("--retry-delay", [], "The time between attempts, instead of 1 s, 2 s, 4 s …; Retry-After takes precedence.");

    public Option<string?> CookieJar { get; } = Text("--cookie-jar", ["-c"], "FILE", "Read cookies from this file, if it exists, and save them to it at the end.");

    public Option<bool> Poll { get; } = Flag("--poll", [], "Use the polled client, and show its statuses.");

    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Add(Addresses);
        foreach (Option option in (Option[])
            [
                Output, RemoteName, OutputFolder, NoResume, Sha256, Parallel, Include, Fail, Silent, ShowErrors, Color, Pretty, Timings, Trace, TraceBody, Har,
                Retry, RetryDelay, CookieJar, Poll,
            ])
        {
            command.Add(option);
        }
    }
}
