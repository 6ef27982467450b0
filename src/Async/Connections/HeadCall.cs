using PollHttp.Exchanges;

namespace PollHttp.Connections;

/// <summary>Has a head evaluated where that asks the user's objects: they may take their time, and make requests themselves.</summary>
internal sealed class HeadCall(PooledConnection connection, Exchange exchange, ResponseHead head) : UserCall(exchange)
{
    public override bool HoldsConnection => true;

    protected override void Run() => connection.Evaluate(Exchange, head);
}
