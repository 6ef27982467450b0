using System.CommandLine;
using PollHttp.Cli.Commands;
using PollHttp.Cli.Display;
using PollHttp.Cli.Requests;

namespace PollHttp.Cli.Benchmark;

/// <summary>Measures how fast an address responds: <c>pollhttp bench URL</c>.</summary>
internal sealed class BenchCommand(ParseResult line, RequestSymbols requestSymbols, BenchSymbols symbols, CommandHost host)
{
    private const int DefaultConnections = 16;
    private static readonly TimeSpan s_defaultDuration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_defaultWarmUp = TimeSpan.FromMilliseconds(500);

    public ExitCode Run(CancellationToken cancellationToken)
    {
        int? requests = line.GetValue(symbols.Requests);
        if (requests is not null && line.GetValue(symbols.Duration) is not null)
        {
            throw new CliException(ExitCode.Usage, "--requests and --duration exclude each other.");
        }

        BenchSettings settings = new(
            line.GetValue(symbols.Connections) ?? DefaultConnections,
            requests,
            line.GetValue(symbols.Duration) ?? s_defaultDuration,
            line.GetValue(symbols.WarmUp) ?? (requests is null ? s_defaultWarmUp : TimeSpan.Zero));
        RequestPlan plan = new RequestPlanReader(line, requestSymbols, host).Read();
        Uri address = AddressReader.Read(line.GetValue(symbols.Address)!, plan.Query);
        if (plan.CreateContent?.Invoke() is { IsReplayable: false })
        {
            throw new CliException(ExitCode.Usage, "The input can be sent once only; a benchmark needs a file or text.");
        }

        PollHttpClientOptions options = new ClientOptionsReader(line, requestSymbols, host).Read();
        options.UseCookies = false;
        bool showsProgress = host.IsErrorTerminal && !line.GetValue(symbols.Silent);
        BenchResult result = new BenchRun(plan, address, settings, showsProgress ? ShowProgress : static _ => { }).Run(options, cancellationToken);
        if (showsProgress)
        {
            host.Error.Write("\r\e[K");
        }

        using StreamWriter output = new(host.Output, leaveOpen: true);
        output.Write(BenchReport.Draw(plan.Method, address, settings, result, host.Width, new Ink(host.IsOutputTerminal && !host.RefusesColor)));
        return result switch
        {
            { Latencies.Count: 0, FirstFailure: { } failure } => throw new CliException(failure.Code, failure.Message),
            _ when cancellationToken.IsCancellationRequested => ExitCode.Interrupted,
            { FirstFailure: { } failure } => failure.Code,
            _ => ExitCode.Success,
        };
    }

    private void ShowProgress(BenchResult result) => host.Error.Write(
        string.Create(CultureInfo.InvariantCulture, $"\r\e[K{Units.Time(result.Elapsed)}  {result.Latencies.Count:N0} requests  {result.Latencies.Count / result.Elapsed.TotalSeconds:N0}/s"));
}
