using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Pool;

/// <summary>
/// Holds the exchanges that wait for a connection to one origin: those that take any, and apart from them those that require HTTP/2 where the
/// server may choose less. A connection in HTTP/1.1 passes the latter by.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the pool.</remarks>
/// <param name="loop">The loop.</param>
/// <param name="poolLock">The lock of the pool.</param>
/// <param name="serverChooses">Whether the server chooses the version.</param>
internal sealed class WaitQueues(PollLoop loop, object poolLock, bool serverChooses)
{
    private readonly WaitQueue _any = new(loop, poolLock);
    private readonly WaitQueue? _http2 = serverChooses ? new(loop, poolLock) : null;

    public int Count => _any.Count + (_http2?.Count ?? 0);

    /// <summary>Gets the number of exchanges that take any connection.</summary>
    public int AnyCount => _any.Count;

    /// <summary>Gets the exchange that has waited longest; null if none waits.</summary>
    public Exchange? First => Earlier(_any.First, _http2?.First);

    /// <inheritdoc cref="WaitQueue.LookedAt"/>
    internal long LookedAt => _any.LookedAt + (_http2?.LookedAt ?? 0);

    /// <summary>Determines whether a connection in HTTP/1.1 is of no use to an exchange, though the server may choose it.</summary>
    public bool Requires(Exchange exchange) => _http2 is not null && exchange.RequiresHttp2;

    /// <summary>Adds an exchange at the end of its queue.</summary>
    /// <returns>The work for the loop, which must look earlier than planned; otherwise null.</returns>
    public ILoopWork? Add(Exchange exchange)
    {
        WaitQueue queue = Requires(exchange) ? _http2! : _any;
        return queue.Add(exchange) ? queue : null;
    }

    /// <inheritdoc cref="WaitQueue.TakeOut"/>
    public bool TakeOut(Exchange exchange) => _any.TakeOut(exchange) || _http2?.TakeOut(exchange) == true;

    /// <summary>Removes the exchange that has waited longest for such a connection; null when there is none.</summary>
    /// <param name="isShared">True if the connection is in HTTP/2.</param>
    public Exchange? TakeNext(bool isShared)
    {
        if (!isShared || _http2 is not { First: { } first })
        {
            return _any.TakeNext();
        }

        return ReferenceEquals(Earlier(_any.First, first), first)
            ? _http2.TakeNext() ?? _any.TakeNext()
            : _any.TakeNext() ?? _http2.TakeNext();
    }

    /// <inheritdoc cref="WaitQueue.FirstWithoutDial"/>
    public Exchange? FirstWithoutDial() => Earlier(_any.FirstWithoutDial(), _http2?.FirstWithoutDial());

    /// <summary>Gets the exchange for which the next connection is to be made, where each has a connection of its own; null if none is
    /// due.</summary>
    /// <param name="requiresHttp2">True for one of the exchanges that require HTTP/2.</param>
    public Exchange? FirstWithoutDial(bool requiresHttp2) => requiresHttp2 ? _http2?.FirstWithoutDial() : _any.FirstWithoutDial();

    /// <inheritdoc cref="WaitQueue.TakeAll"/>
    public Exchange[] TakeAll(Func<Exchange, bool> ofKind) => _http2 is null ? _any.TakeAll(ofKind) : [.. _any.TakeAll(ofKind), .. _http2.TakeAll(ofKind)];

    public Exchange[] ToArray() => _http2 is null ? _any.ToArray() : [.. _any.ToArray(), .. _http2.ToArray()];

    /// <summary>Has the loop cancel the timers of queues that no exchange waits in. They would keep the pool alive.</summary>
    public void EndWatching()
    {
        EndWatching(_any);
        EndWatching(_http2);
    }

    /// <inheritdoc cref="WaitQueue.StopWatching"/>
    public void StopWatching()
    {
        _any.StopWatching();
        _http2?.StopWatching();
    }

    private void EndWatching(WaitQueue? queue)
    {
        if (queue is { IsWatching: true })
        {
            loop.Submit(queue);
        }
    }

    private static Exchange? Earlier(Exchange? one, Exchange? other) =>
        one is null || other?.StartedAt < one.StartedAt ? other : one;
}
