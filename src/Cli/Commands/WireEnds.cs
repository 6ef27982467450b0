using System.Collections.Concurrent;

namespace PollHttp.Cli.Commands;

/// <summary>
/// Forwards the events of the wire observer, and waits at the end until all of them were delivered: the end of an attempt may be reported after
/// its response was read.
/// </summary>
internal sealed class WireEnds(WireObserver observer) : RequestMiddleware
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<Uri> _expected = new();
    private readonly Watch _watch = new();

    /// <summary>Gets the observer for the client.</summary>
    public WireObserver Observer => WireObserver.Combine(observer, _watch);

    public override async Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken)
    {
        try
        {
            Response response = await next.SendAsync(request, cancellationToken).ConfigureAwait(false);
            _expected.Enqueue(response.RequestUri);
            return response;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            _expected.Enqueue((error as PollHttpException)?.RequestUri ?? (error as RequestTimeoutException)?.RequestUri ?? request.Uri);
            throw;
        }
    }

    /// <summary>Waits until the end of each call was reported, with a limit that is long enough for a busy machine.</summary>
    public async Task WaitAsync()
    {
        List<Uri> missing = [.. _expected];
        using CancellationTokenSource limit = new(s_patience);
        try
        {
            while (missing.Count > 0)
            {
                missing.Remove(await _watch.NextAsync(limit.Token).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException)
        {
            // Show what has been reported so far.
        }
    }

    private sealed class Watch : WireObserver
    {
        private readonly ConcurrentQueue<Uri> _ended = new();
        private readonly SemaphoreSlim _count = new(0);

        public async Task<Uri> NextAsync(CancellationToken cancellationToken)
        {
            await _count.WaitAsync(cancellationToken).ConfigureAwait(false);
            return _ended.TryDequeue(out Uri? ended) ? ended : throw new InvalidOperationException("An end was counted and is not there.");
        }

        public override void OnEnd(WireExchange exchange)
        {
            _ended.Enqueue(exchange.Uri);
            _count.Release();
        }
    }
}
