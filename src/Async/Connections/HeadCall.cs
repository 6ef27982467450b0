using PollHttp.Exchanges;

namespace PollHttp.Connections;

/// <summary>Evaluates a head with objects of the user. These may take long, and may make requests themselves.</summary>
internal sealed class HeadCall(PooledConnection connection, Exchange exchange, ResponseHead head) : UserCall(exchange)
{
    public override bool HoldsConnection => true;

    protected override void Run() => connection.Evaluate(Exchange, head);
}
