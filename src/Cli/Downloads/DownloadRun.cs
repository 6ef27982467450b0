using PollHttp.Cli.Commands;
using PollHttp.Cli.Display;
using PollHttp.Cli.Requests;
using PollHttp.Files;

namespace PollHttp.Cli.Downloads;

/// <summary>Downloads to files, several in parallel. A file appears under its name when it is complete.</summary>
internal sealed class DownloadRun(RequestPlan plan, FetchSettings settings, PollHttpClient client, CommandHost host)
{
    /// <returns>The code of the first address that failed, in the order of the command line.</returns>
    public async Task<ExitCode> RunAsync(IReadOnlyList<DownloadJob> jobs, CancellationToken cancellationToken)
    {
        Failure?[] failures = new Failure?[jobs.Count];
        IDownloadDisplay display = settings.Progress switch
        {
            ProgressKind.Bars => new BarDisplay(host, settings.ErrorInk.IsOn),
            ProgressKind.Lines => new LineDisplay(host.Error),
            _ => new LineDisplay(TextWriter.Null),
        };
        await display.RunAsync(() => Parallel.ForAsync(
            0,
            jobs.Count,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel },
            async (index, _) => failures[index] = await TryAsync(jobs[index], display, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        foreach (Failure failure in failures.OfType<Failure>())
        {
            await host.Error.WriteLineAsync("pollhttp: " + failure.Message).ConfigureAwait(false);
        }

        return failures.OfType<Failure>().FirstOrDefault().Code;
    }

    private async Task<Failure?> TryAsync(DownloadJob job, IDownloadDisplay display, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new(ExitCode.Interrupted, $"{job.Name}: not begun.");
        }

        IProgress<DownloadProgress> progress = display.Begin(job);
        try
        {
            display.End(job, await DownloadAsync(job, progress, cancellationToken).ConfigureAwait(false), isFailure: false);
            return null;
        }
        catch (Exception error) when (error is CliException or HttpRequestException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            (error as RedirectException)?.Response.Dispose();
            Failure failure = cancellationToken.IsCancellationRequested ? new(ExitCode.Interrupted, "Interrupted." + KeptOf(job)) : Failure.Of(error);
            failure = failure with { Message = $"{job.Name}: {failure.Message}" };
            display.End(job, failure.Message, isFailure: true);
            return failure;
        }
    }

    private async Task<string> DownloadAsync(DownloadJob job, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        if (plan.Method != "GET" || plan.CreateContent is not null || (settings.Sha256 is null && DevicePath.Is(job.Path)))
        {
            return await new ResponseToFile(plan, client).SaveAsync(job, progress, cancellationToken).ConfigureAwait(false);
        }

        DownloadOptions options = new() { Resume = settings.Resume, Digest = settings.Sha256 is { } digest ? ContentDigest.Sha256(digest) : null };
        foreach (HeaderField field in plan.Headers)
        {
            options.Headers.Add(field);
        }

        DownloadResult result = await client.DownloadAsync(job.Address, job.Path, options, progress, cancellationToken).ConfigureAwait(false);
        return result.ResumedFrom > 0
            ? $"{Units.Bytes(result.Length)}, {Units.Bytes(result.ResumedFrom)} of them from an earlier run"
            : Units.Bytes(result.Length);
    }

    private static string KeptOf(DownloadJob job)
    {
        FileInfo partial = new(job.Path + ".part");
        return partial.Exists && partial.Length > 0 ? $" {partial.Length:N0} bytes are kept: the same command continues." : "";
    }
}
