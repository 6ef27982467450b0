using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace PollHttp;

/// <summary>The content of a request: pieces of memory, produced when the connection has room for them.</summary>
public abstract partial class RequestContent
{
    private const int PieceSize = 64 * 1024;

    /// <summary>How many bytes there are, or null when that is not known: the content goes in chunks then.</summary>
    public virtual long? Length => null;

    /// <summary>Whether <see cref="ReadAsync"/> can be called again and gives the same bytes.</summary>
    public virtual bool IsReplayable => false;

    /// <summary>What to send as Content-Type where the request has none.</summary>
    public string? ContentType { get; set; }

    /// <summary>Produces the content. Each piece must stay unchanged until the next one is asked for.</summary>
    public abstract IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>The whole content, where it is memory already.</summary>
    internal virtual bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    /// <summary>Content that is in memory; it must not change until the response head has arrived.</summary>
    public static RequestContent FromBytes(ReadOnlyMemory<byte> bytes, string? contentType = null) =>
        new MemoryContent(bytes) { ContentType = contentType };

    /// <summary>Text, in UTF-8 where no encoding is given.</summary>
    public static RequestContent FromString(string text, string mediaType = "text/plain", Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        encoding ??= Encoding.UTF8;
        return new MemoryContent(encoding.GetBytes(text)) { ContentType = $"{mediaType}; charset={encoding.WebName}" };
    }

    /// <summary>What a stream gives from where it stands; it is not disposed. Replayable where it can seek.</summary>
    public static RequestContent FromStream(Stream stream, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamContent(stream, length);
    }

    /// <summary>What a pipe gives until its writer completes.</summary>
    public static RequestContent FromPipe(PipeReader reader, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new SequenceContent(ReadPipeAsync(reader), length);
    }

    /// <summary>What a sequence gives; each piece is used before the next one is asked for.</summary>
    public static RequestContent FromAsyncEnumerable(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return new SequenceContent(pieces, length);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadPipeAsync(
        PipeReader reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                {
                    yield return piece;
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }

                if (result.IsCanceled)
                {
                    throw new OperationCanceledException("The read from the request's pipe was canceled.");
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : RequestContent
    {
        public override long? Length => bytes.Length;

        public override bool IsReplayable => true;

        public override IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default) =>
            Once(bytes);

        internal override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
        {
            memory = bytes;
            return true;
        }

        private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Once(ReadOnlyMemory<byte> bytes)
        {
            await Task.CompletedTask.ConfigureAwait(false);
            yield return bytes;
        }
    }

    private sealed class StreamContent(Stream stream, long? length) : RequestContent
    {
        private readonly long _start = stream.CanSeek ? stream.Position : -1;

        public override long? Length { get; } = length ?? (stream.CanSeek ? stream.Length - stream.Position : null);

        public override bool IsReplayable => _start >= 0;

        public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            if (_start >= 0)
            {
                stream.Position = _start;
            }

            byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                yield return buffer.AsMemory(0, count);
            }

            // Only after an orderly end: if the upload was broken off, the connection may still hold the last piece.
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class SequenceContent(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, long? length) : RequestContent
    {
        public override long? Length => length;

        public override IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default) => pieces;
    }
}
