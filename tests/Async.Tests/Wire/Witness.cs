using PollHttp.Core;

namespace PollHttp.Tests.Wire;

/// <summary>Writes down what it is told, in order.</summary>
internal sealed class Witness(int keptBodyBytes = 0, bool onlyTakesNote = false) : WireObserver
{
    private readonly List<string> _told = [];
    private readonly List<WireExchange> _ended = [];

    public override int KeptBodyBytes => keptBodyBytes;

    internal override bool OnlyTakesNote => onlyTakesNote;

    /// <summary>One line a call: attempt, what, and the number that goes with it.</summary>
    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    /// <summary>The attempts that are over, in the order of their ends.</summary>
    public IReadOnlyList<WireExchange> Ended
    {
        get
        {
            lock (_told)
            {
                return [.. _ended];
            }
        }
    }

    public override void OnRequest(WireExchange exchange) => Tell($"{exchange.Attempt} request {exchange.Method} {exchange.Request!.Target}");

    public override void OnInformational(WireExchange exchange, ResponseHead head) => Tell($"{exchange.Attempt} interim {head.StatusCode}");

    public override void OnResponse(WireExchange exchange) => Tell($"{exchange.Attempt} response {exchange.Response!.StatusCode}");

    public override void OnEnd(WireExchange exchange)
    {
        lock (_told)
        {
            _ended.Add(exchange);
        }

        Tell($"{exchange.Attempt} end {(exchange.IsWhole ? "whole" : exchange.Error is null ? "left" : exchange.Error.GetType().Name)}");
    }

    private void Tell(string what)
    {
        lock (_told)
        {
            _told.Add(what);
        }
    }
}
