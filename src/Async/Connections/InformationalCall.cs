using PollHttp.Exchanges;

namespace PollHttp.Connections;

/// <summary>Reports an interim response to the caller.</summary>
internal sealed class InformationalCall(Exchange exchange, Action<ResponseHead> callback, ResponseHead head) : UserCall(exchange)
{
    protected override void Run()
    {
        try
        {
            callback(head);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Exchange.Fail(error); // the caller's own exception is the outcome, unless there is one already
        }
    }
}
