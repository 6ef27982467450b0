using System.CommandLine;
using PollHttp.Cli.Downloads;
using PollHttp.Cli.Polling;
using PollHttp.Cli.Requests;
using PollHttp.Cli.Responses;

namespace PollHttp.Cli.Commands;

/// <summary>Requests the addresses of the command line: one after the other to the output, or in parallel into files.</summary>
internal sealed class FetchCommand(ParseResult line, RequestSymbols requestSymbols, FetchSymbols symbols, CommandHost host)
{
    public async Task<ExitCode> RunAsync(CancellationToken cancellationToken)
    {
        string[] texts = line.GetValue(symbols.Addresses)!;
        if (texts.Length == 0)
        {
            throw new CliException(ExitCode.Usage, "There is no address. See pollhttp --help.");
        }

        FetchSettings settings = new FetchSettingsReader(line, symbols, host).Read();
        RequestPlan plan = new RequestPlanReader(line, requestSymbols, host).Read();
        Uri[] addresses = [.. texts.Select(text => AddressReader.Read(text, plan.Query))];
        PollHttpClientOptions options = new ClientOptionsReader(line, requestSymbols, host).Read();
        if (line.GetValue(symbols.Poll))
        {
            PolledFetch.Refuse(line, requestSymbols, symbols);
            return new PolledFetch(plan, addresses[0], options, settings, host).Run(cancellationToken);
        }

        IReadOnlyList<DownloadJob> jobs = new DownloadJobsReader(line, symbols, host).Read(addresses);
        if (jobs.Count > 0 && plan.Method == "HEAD")
        {
            throw new CliException(ExitCode.Usage, "A head has no body for --output or --remote-name; show it without them, or redirect the output.");
        }

        FetchSession session = new(line, requestSymbols, symbols, options, settings, host);
        await using (session.ConfigureAwait(false))
        {
            return jobs.Count > 0
                ? await new DownloadRun(plan, settings, session.Client, host).RunAsync(jobs, cancellationToken).ConfigureAwait(false)
                : await PrintAsync(session, plan, addresses, settings, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ExitCode> PrintAsync(
        FetchSession session,
        RequestPlan plan,
        IEnumerable<Uri> addresses,
        FetchSettings settings,
        CancellationToken cancellationToken)
    {
        ExitCode first = ExitCode.Success;
        ResponsePrinter printer = new(settings, host);
        foreach (Uri address in addresses)
        {
            ExitCode code = ExitCode.Success;
            try
            {
                using Response response = await session.Client.SendAsync(plan.CreateRequest(address), cancellationToken).ConfigureAwait(false);
                await printer.PrintAsync(response, plan.Method, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is CliException or HttpRequestException or IOException or OperationCanceledException)
            {
                (code, string message) = cancellationToken.IsCancellationRequested ? new(ExitCode.Interrupted, "Interrupted.") : Failure.Of(error);
                await host.Error.WriteLineAsync("pollhttp: " + message).ConfigureAwait(false);
                (error as RedirectException)?.Response.Dispose();
            }

            first = first == ExitCode.Success ? code : first;
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        return first;
    }
}
