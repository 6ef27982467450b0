using PollHttp.Bodies;

namespace PollHttp.Handler;

/// <summary>Represents a content that can be read once, as a stream or by copying it to one.</summary>
internal abstract class OnceReadContent : HttpContent
{
    private bool _taken;

    /// <summary>Opens the stream; called once.</summary>
    protected abstract Stream OpenStream(CancellationToken token);

    protected sealed override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(TakeStream(default));

    protected sealed override Stream CreateContentReadStream(CancellationToken cancellationToken) => TakeStream(cancellationToken);

    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected sealed override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Stream source = TakeStream(cancellationToken);
        await using (source.ConfigureAwait(false))
        {
            await source.CopyToAsync(stream, cancellationToken).ConfigureAwait(false); // continues in place: see BodyWait
        }
    }

    protected sealed override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using Stream source = TakeStream(cancellationToken);
        source.CopyTo(stream);
    }

    // The length is counted from the received bytes; Content-Length, if present, is the server's claim.
    protected sealed override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private Stream TakeStream(CancellationToken token)
    {
        if (_taken)
        {
            throw new InvalidOperationException("The stream was already consumed. It cannot be read again.");
        }

        _taken = true;
        return OpenStream(token);
    }
}
