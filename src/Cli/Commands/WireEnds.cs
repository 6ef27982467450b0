using System.Collections.Concurrent;

namespace PollHttp.Cli.Commands;

/// <summary>
/// Passes on what goes over the wire, and waits at the end until everything was told: the end of an attempt may be told after its response was read.
/// </summary>
internal sealed class WireEnds(WireObserver observer) : RequestMiddleware
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<Uri> _expected = new();
    private readonly Watch _watch = new();

    /// <summary>Gets what the client is to tell.</summary>
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

    /// <summary>Waits until each call that was made has had its end told; not longer than it takes a busy machine.</summary>
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
            // What was told until now is shown.
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
