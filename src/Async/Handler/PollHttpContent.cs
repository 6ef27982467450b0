namespace PollHttp;

/// <summary>The content of a response, still on its connection: read once, as a stream or copied to one.</summary>
internal sealed class PollHttpContent : HttpContent
{
    private readonly Response _response;
    private HttpResponseMessage? _message;

    public PollHttpContent(Response response, HttpResponseMessage message)
    {
        _response = response;
        _message = message;
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(TakeStream());

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => TakeStream();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Stream source = TakeStream();
        await using (source.ConfigureAwait(_response.Loop.KeepsContext))
        {
            await source.CopyToAsync(stream, cancellationToken).ConfigureAwait(_response.Loop.KeepsContext);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using Stream source = TakeStream();
        source.CopyTo(stream);
    }

    // Content-Length says what the server said; what arrives is counted when it has arrived.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _response.Dispose();
        }

        base.Dispose(disposing);
    }

    private Stream TakeStream()
    {
        HttpResponseMessage message = _message
            ?? throw new InvalidOperationException("The stream was already consumed. It cannot be read again.");
        _message = null;
        return _response.Tunnel is { } tunnel ? new TunnelStream(tunnel) : new ResponseContentStream(_response, message);
    }
}
