using System.Diagnostics;
using PollHttp.Cli.Requests;

namespace PollHttp.Cli.Benchmark;

/// <summary>
/// Sends requests from a number of workers on one loop and one thread. Each worker sends its next request when the last body was read.
/// </summary>
internal sealed class BenchRun(RequestPlan plan, Uri address, BenchSettings settings, Action<BenchResult> onProgress)
{
    private const int FailuresAWorker = 3;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(250);

    private BenchResult _result = new();
    private Stopwatch _clock = new();
    private TimeSpan _limit;
    private TimeSpan _nextProgress;
    private long _left;
    private bool _isGivenUp;

    /// <summary>Runs the benchmark on this thread.</summary>
    /// <returns>The result; incomplete if the run was canceled, or if all requests failed.</returns>
    public BenchResult Run(PollHttpClientOptions options, CancellationToken cancellationToken) => PollLoop.Run(async loop =>
    {
        options.MaxConnectionsPerServer = settings.Connections;
        PollHttpClient client = new(loop, options);
        await using (client.ConfigureAwait(true))
        {
            if (settings.WarmUp > TimeSpan.Zero)
            {
                await RunWorkersAsync(client, settings.WarmUp, long.MaxValue, cancellationToken).ConfigureAwait(true);
            }

            if (!_isGivenUp)
            {
                await RunWorkersAsync(client, settings.Requests is null ? settings.Duration : TimeSpan.MaxValue, settings.Requests ?? long.MaxValue, cancellationToken).ConfigureAwait(true);
            }

            return _result;
        }
    });

    private async Task RunWorkersAsync(PollHttpClient client, TimeSpan limit, long requests, CancellationToken cancellationToken)
    {
        _result = new();
        _limit = limit;
        _left = requests;
        _nextProgress = s_progressInterval;
        _clock = Stopwatch.StartNew();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] workers = [.. Enumerable.Range(0, settings.Connections).Select(_ => WorkAsync(client, end.Token))];
        await Task.WhenAll(workers).ConfigureAwait(true);
        _result.Elapsed = _clock.Elapsed;
    }

    private async Task WorkAsync(PollHttpClient client, CancellationToken cancellationToken)
    {
        while (!_isGivenUp && !cancellationToken.IsCancellationRequested && _clock.Elapsed < _limit && _left-- > 0)
        {
            try
            {
                await SendAsync(client, cancellationToken).ConfigureAwait(true);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
            {
                (error as RedirectException)?.Response.Dispose();
                if (!cancellationToken.IsCancellationRequested)
                {
                    _result.AddFailure(Failure.Of(error));
                    _isGivenUp = _result.Latencies.Count == 0 && _result.FailureCount >= (long)FailuresAWorker * settings.Connections;
                }
            }
        }
    }

    private async Task SendAsync(PollHttpClient client, CancellationToken cancellationToken)
    {
        TimeSpan started = _clock.Elapsed;
        long bytes = 0;
        using Response response = await client.SendAsync(plan.CreateRequest(address), cancellationToken).ConfigureAwait(true);
        await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(cancellationToken).ConfigureAwait(true))
        {
            bytes += slice.Length;
        }

        TimeSpan now = _clock.Elapsed;
        _result.AddResponse((int)response.StatusCode, bytes, now - started, now);
        if (now >= _nextProgress)
        {
            _nextProgress = now + s_progressInterval;
            _result.Elapsed = now;
            onProgress(_result);
        }
    }
}
