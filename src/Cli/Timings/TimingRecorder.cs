using System.Collections.Concurrent;

namespace PollHttp.Cli.Timings;

/// <summary>Records ended exchanges for the waterfall.</summary>
internal sealed class TimingRecorder : WireObserver
{
    private readonly ConcurrentQueue<WireExchange> _ended = new();

    public override void OnEnd(WireExchange exchange) => _ended.Enqueue(exchange);

    /// <summary>Returns what has ended so far, in the order in which calls and hops began.</summary>
    public IReadOnlyList<WireExchange> Take() => [.. _ended.OrderBy(static exchange => exchange.Call).ThenBy(static exchange => exchange.Attempt)];
}
