using System.Diagnostics;
using PollHttp.Cli.Display;
using PollHttp.Cli.Requests;
using PollHttp.Files;

namespace PollHttp.Cli.Downloads;

/// <summary>
/// Saves the response to a request that can't be resumed, because it is not a plain GET or goes to a device. The file is complete or not
/// there.
/// </summary>
internal sealed class ResponseToFile(RequestPlan plan, PollHttpClient client)
{
    /// <returns>The remark to show.</returns>
    /// <exception cref="CliException">The status is not a success, or the file can't be written.</exception>
    public async Task<string> SaveAsync(DownloadJob job, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        using Response response = await client.SendAsync(plan.CreateRequest(job.Address), cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new CliException(ExitCode.HttpStatus, $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd() + ".");
        }

        long bytes = 0;
        using WholeFile file = new(job.Path, isPrivate: false);
        await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            await file.Content.WriteAsync(slice, cancellationToken).ConfigureAwait(false);
            bytes += slice.Length;
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            progress.Report(new(bytes, response.IsDecoded ? null : response.ContentLength, bytes / Math.Max(elapsed.TotalSeconds, 1e-6), null, elapsed));
        }

        file.Finish();
        return Units.Bytes(bytes);
    }
}
