using PollHttp.Streams;

namespace PollHttp.Handler;

/// <summary>Represents the content of a response that is still on its connection.</summary>
internal sealed class PollHttpContent(Response response, HttpResponseMessage message) : OnceReadContent
{
    private HttpResponseMessage? _message = message;

    protected override Stream OpenStream(CancellationToken token)
    {
        HttpResponseMessage message = _message!;
        _message = null;
        return response switch
        {
            { Tunnel: { } tunnel } => new TunnelStream(tunnel),
            { TunnelContent: { } content } => new ExchangeTunnelStream(response, message, content),
            _ => new ResponseContentStream(response, message),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
