namespace PollHttp.Requests;

/// <summary>Represents a content from an asynchronous sequence.</summary>
internal sealed class AsyncEnumerableContent(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, long? length) : RequestContent
{
    public override long? Length => length;

    internal override string Description => "RequestContent.FromAsyncEnumerable";

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        await foreach (ReadOnlyMemory<byte> piece in pieces.WithCancellation(cancellationToken).ConfigureAwait(sink.KeepsContext))
        {
            await sink.WriteAsync(piece).ConfigureAwait(sink.KeepsContext);
        }
    }
}
