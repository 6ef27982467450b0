using System.Runtime.ExceptionServices;

namespace PollHttp.Wire;

/// <summary>Notifies several observers, all of them even if one throws; the first exception is thrown at the end.</summary>
internal sealed class CombinedObserver(WireObserver[] observers) : WireObserver
{
    public IReadOnlyList<WireObserver> Parts { get; } = [.. observers.SelectMany(static o => o is CombinedObserver inner ? inner.Parts : [o])];

    public override int KeptBodyBytes => observers.Length == 0 ? 0 : observers.Max(static o => o.KeptBodyBytes);

    internal override bool OnlyTakesNote => observers.All(static observer => observer.OnlyTakesNote);

    public override void OnRequest(WireExchange exchange) => Tell(exchange, static (observer, about) => observer.OnRequest(about));

    public override void OnInformational(WireExchange exchange, ResponseHead head) =>
        Tell((exchange, head), static (observer, about) => observer.OnInformational(about.exchange, about.head));

    public override void OnResponse(WireExchange exchange) => Tell(exchange, static (observer, about) => observer.OnResponse(about));

    public override void OnEnd(WireExchange exchange) => Tell(exchange, static (observer, about) => observer.OnEnd(about));

    private void Tell<T>(T about, Action<WireObserver, T> what)
    {
        ExceptionDispatchInfo? first = null;
        foreach (WireObserver observer in observers)
        {
            try
            {
                what(observer, about);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                first ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        first?.Throw();
    }
}
