using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Pool;

/// <summary>
/// Holds the exchanges that wait for a connection to one origin where the server chooses the version: those that take any, and apart from them
/// those that require HTTP/2, which a connection in HTTP/1.1 passes by.
/// </summary>
/// <remarks>Thread safety: as the base.</remarks>
internal sealed class WaitQueues(PollLoop loop, object poolLock) : WaitQueue(loop, poolLock)
{
    private readonly WaitQueue _http2 = new(loop, poolLock);

    public override int Count => base.Count + _http2.Count;

    public override Exchange? First => Earlier(base.First, _http2.First);

    internal override long LookedAt => base.LookedAt + _http2.LookedAt;

    public override ILoopWork? Add(Exchange exchange) => exchange.RequiresHttp2 ? _http2.Add(exchange) : base.Add(exchange);

    public override bool TakeOut(Exchange exchange) => base.TakeOut(exchange) || _http2.TakeOut(exchange);

    public override Exchange? TakeNext(bool isShared)
    {
        if (!isShared || _http2.First is not { } first)
        {
            return base.TakeNext(isShared);
        }

        return ReferenceEquals(Earlier(base.First, first), first)
            ? _http2.TakeNext(isShared) ?? base.TakeNext(isShared)
            : base.TakeNext(isShared) ?? _http2.TakeNext(isShared);
    }

    public override Exchange? FirstWithoutDial() => Earlier(base.FirstWithoutDial(), _http2.FirstWithoutDial());

    public override Exchange? FirstWithoutDial(bool requiresHttp2) => requiresHttp2 ? _http2.FirstWithoutDial() : base.FirstWithoutDial();

    public override Exchange[] TakeAll(Func<Exchange, bool> ofKind) => [.. base.TakeAll(ofKind), .. _http2.TakeAll(ofKind)];

    public override Exchange[] ToArray() => [.. base.ToArray(), .. _http2.ToArray()];

    public override void EndWatching()
    {
        base.EndWatching();
        _http2.EndWatching();
    }

    public override void StopWatching()
    {
        base.StopWatching();
        _http2.StopWatching();
    }

    private static Exchange? Earlier(Exchange? one, Exchange? other) =>
        one is null || other?.StartedAt < one.StartedAt ? other : one;
}
