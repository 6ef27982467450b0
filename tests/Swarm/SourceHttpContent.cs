using System.Net;

namespace PollHttp.Swarm;

/// <summary>A content source as a content for HttpClient, which may be asked for it again.</summary>
internal sealed class SourceHttpContent(Func<ContentSource> make, long? length) : HttpContent
{
    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        ContentSource source = make();
        while (await source.NextAsync(int.MaxValue, cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        ContentSource source = make();
        while (source.Next(int.MaxValue) is { IsEmpty: false } piece)
        {
            stream.Write(piece.Span);
        }
    }
}
