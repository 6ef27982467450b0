using PollHttp.Exchanges;

namespace PollHttp.Connections;

/// <summary>Has a head judged whose judgement asks the user's objects: they may take their time, and make requests themselves.</summary>
internal sealed class HeadCall(PooledConnection connection, Exchange exchange, ResponseHead head) : UserCall(exchange)
{
    public override bool HoldsConnection => true;

    protected override void Run() => connection.Evaluate(Exchange, head);
}
