namespace PollHttp.Parity;

/// <summary>An observer that a user wrote: it calls back when it is told of what it observes.</summary>
internal sealed class AskedObserver(string kind, CallBack back) : WireObserver
{
    public override void OnRequest(WireExchange exchange) => PassFor("requests");

    public override void OnResponse(WireExchange exchange) => PassFor("responses");

    public override void OnEnd(WireExchange exchange) => PassFor("ends");

    private void PassFor(string what)
    {
        if (kind.EndsWith(what, StringComparison.Ordinal))
        {
            back.Pass(0);
        }
    }
}
