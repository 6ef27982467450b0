using System.Collections.Concurrent;

namespace PollHttp.Cli.Timings;

/// <summary>Keeps what ended, for the waterfall.</summary>
internal sealed class TimingRecorder : WireObserver
{
    private readonly ConcurrentQueue<WireExchange> _ended = new();

    public override void OnEnd(WireExchange exchange) => _ended.Enqueue(exchange);

    /// <summary>Gets what has ended so far, calls and attempts in the order in which they began.</summary>
    public IReadOnlyList<WireExchange> Take() => [.. _ended.OrderBy(static exchange => exchange.Call).ThenBy(static exchange => exchange.Attempt)];
}
