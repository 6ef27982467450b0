using System.CommandLine;
using PollHttp.Cli.Benchmark;

namespace PollHttp.Cli.Commands;

/// <summary>Implements the command line: parses it, runs the command, and ends with an exit code and, unless that is 0, one line.</summary>
internal sealed class PollHttpCommand
{
    private readonly CommandHost _host;
    private readonly RootCommand _root;

    public PollHttpCommand(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        RequestSymbols request = new();
        FetchSymbols fetch = new();
        _root = new("Requests addresses over HTTP. Options have curl's names where curl has an equivalent.");
        fetch.AddTo(_root);
        request.AddTo(_root);
        _root.SetAction((line, cancellation) => RunAsync(() => new FetchCommand(line, request, fetch, host).RunAsync(cancellation), cancellation));
        Command bench = new("bench", "Sends requests as fast as responses arrive, on one thread, and shows rate and latencies.");
        BenchSymbols benchSymbols = new();
        benchSymbols.AddTo(bench);
        request.AddTo(bench);
        bench.SetAction((line, cancellation) => RunAsync(() => Task.FromResult(new BenchCommand(line, request, benchSymbols, host).Run(cancellation)), cancellation));
        _root.Add(bench);
    }

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code, one of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken = default)
    {
        ParseResult line = _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (line.Action is not { ClearsParseErrors: true } && line.Errors.Count > 0)
        {
            return End(new(ExitCode.Usage, Failure.Line(line.Errors[0].Message) + " See pollhttp --help."));
        }

        foreach (Argument argument in _root.Arguments)
        {
            argument.Hidden = line.CommandResult.Command != _root; // the help of a command shows those of the commands above it, too
        }

        using StreamWriter output = new(_host.Output, leaveOpen: true);
        return await line.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = _host.Error },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(Func<Task<ExitCode>> run, CancellationToken cancellationToken)
    {
        try
        {
            return (int)await run().ConfigureAwait(false);
        }
        catch (Exception error) when (error is CliException or OperationCanceledException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return End(cancellationToken.IsCancellationRequested ? new(ExitCode.Interrupted, "Interrupted.") : Failure.Of(error));
        }
    }

    private int End(Failure failure)
    {
        _host.Error.WriteLine("pollhttp: " + failure.Message);
        return (int)failure.Code;
    }
}
