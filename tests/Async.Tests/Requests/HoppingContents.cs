using System.Net;
using System.Runtime.CompilerServices;
using PollHttp.Core;

namespace PollHttp.Tests;

/// <summary>Contents that go on elsewhere between their pieces: after an await that a thread of the pool completes.</summary>
internal static class HoppingContents
{
    private const int Piece = 10_000;

    public static IReadOnlyDictionary<string, Func<byte[], RequestContent>> All { get; } = new Dictionary<string, Func<byte[], RequestContent>>
    {
        ["stream"] = bytes => RequestContent.FromStream(new HoppingStream(bytes)),
        ["asynchronous sequence"] = bytes => RequestContent.FromAsyncEnumerable(Pieces(bytes)),
        ["writer"] = bytes => RequestContent.FromWriter(async (writer, token) =>
        {
            await foreach (ReadOnlyMemory<byte> piece in Pieces(bytes, token).ConfigureAwait(false))
            {
                await writer.WriteAsync(piece, token).ConfigureAwait(false);
            }
        }),
        ["own"] = bytes => new HoppingContent(bytes),
        ["HttpContent"] = bytes => RequestContent.FromHttpContent(new HoppingHttpContent(bytes)),
        ["StreamContent"] = bytes => RequestContent.FromHttpContent(new StreamContent(new HoppingStream(bytes))),
        ["compressed"] = bytes => new HoppingContent(bytes).Compress(ContentCodings.GZip),
        ["with progress"] = bytes => new HoppingContent(bytes).WithProgress(new NoProgress()),
        ["multipart"] = bytes => new Multipart().Add(new HoppingContent(bytes)).Add(RequestContent.FromAsyncEnumerable(Pieces(bytes))),
    };

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] bytes, [EnumeratorCancellation] CancellationToken token = default)
    {
        for (int sent = 0; sent < bytes.Length; sent += Piece)
        {
            token.ThrowIfCancellationRequested();
            await Hop();
            yield return bytes.AsMemory(sent, Math.Min(Piece, bytes.Length - sent));
        }
    }

    private static ConfiguredTaskAwaitable Hop() => Task.Run(static () => { }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>One that overrides only what is asynchronous.</summary>
    internal sealed class HoppingContent(byte[] bytes) : RequestContent
    {
        public override bool IsReplayable => true;

        public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
        {
            await foreach (ReadOnlyMemory<byte> piece in Pieces(bytes, cancellationToken).ConfigureAwait(false))
            {
                await sink.WriteAsync(piece).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Its synchronous way blocks on the asynchronous one, as many do.</summary>
    internal sealed class HoppingHttpContent(byte[] bytes) : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            SerializeToStreamAsync(stream, context, cancellationToken).GetAwaiter().GetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await foreach (ReadOnlyMemory<byte> piece in Pieces(bytes, cancellationToken)) // asks for the context
            {
                await stream.WriteAsync(piece, cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class HoppingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Hop();
            return Read(buffer.Span[..Math.Min(Piece, buffer.Length)]);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    private sealed class NoProgress : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value)
        {
        }
    }
}
