namespace PollHttp;

/// <summary>Has a head judged whose judgement asks the user's objects: they may take their time, and make requests themselves.</summary>
internal sealed class HeadCall(PooledConnection connection, Exchange exchange, ResponseHead head) : UserCall(exchange)
{
    protected override void Run() => connection.Judge(Exchange, head);
}
