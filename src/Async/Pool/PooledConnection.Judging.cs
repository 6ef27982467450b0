namespace PollHttp;

// A head whose judgement asks the user's objects: credentials, a proxy, a redirect policy. They are asked outside of the gate. Until
// they have answered, the exchange stays under way here, where its deadline and its token can end it, and nothing moves: no byte is
// read, and what the connection has to tell is left with it.
internal sealed partial class PooledConnection
{
    private bool _isJudging;
    private HeadVerdict? _verdict;

    /// <summary>Outside of the gate: has a head judged, and goes on by the judgement, unless the exchange has ended meanwhile.</summary>
    public void Judge(Exchange exchange, ResponseHead head)
    {
        HeadVerdict verdict;
        t_polled++; // a blocking call from in there can't wait for this connection
        try
        {
            verdict = exchange.IsFinished ? HeadVerdict.Stop : exchange.OnHead(head); // nobody is asked for what is given up
        }
        finally
        {
            t_polled--;
        }

        lock (Gate)
        {
            if (_isJudging && !_closing && !_closed && ReferenceEquals(_exchange, exchange))
            {
                _isJudging = false;
                _verdict = verdict;
                _headReady = true; // to be delivered with what came behind it, as any other
                Kick();
            }
        }
    }

    private bool MustAsk(Exchange? exchange) => exchange?.Engine.AsksUserObjects(exchange, Current.ResponseHead) == true;

    /// <summary>Under the gate.</summary>
    private void Judge(Exchange exchange)
    {
        if (!MustAsk(exchange))
        {
            Deliver(exchange, exchange.OnHead(Current.ResponseHead));
            return;
        }

        if (_upload is { IsNeeded: true })
        {
            OnEarlyResponse(); // of which the connection has not told yet
        }

        _exchange = exchange;
        _isJudging = true;
        new HeadCall(this, exchange, Current.DetachResponseHead()).Start(_loop);
    }
}
