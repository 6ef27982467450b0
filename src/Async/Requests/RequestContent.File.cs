using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace PollHttp;

public abstract partial class RequestContent
{
    /// <summary>A part of a file, by default from <paramref name="offset"/> to the end it has now, read as the connection has room.
    /// The handle's own position is neither used nor moved, so several requests may send from one handle at once; the handle is
    /// not disposed and must stay open until the response head has arrived. Replayable.</summary>
    /// <param name="file">A handle of a seekable file, open for reading.</param>
    /// <param name="offset">Where to start, in bytes.</param>
    /// <param name="length">How many bytes to send; null for all that follow.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the file.</exception>
    /// <exception cref="NotSupportedException">The file can't seek: a pipe or a terminal, for example.</exception>
    public static RequestContent FromFile(SafeFileHandle file, long offset = 0, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        long size = RandomAccess.GetLength(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, size);
        long count = length ?? size - offset;
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(length));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, size - offset, nameof(length));
        return new FileContent(file, offset, count);
    }

    private sealed class FileContent(SafeFileHandle file, long offset, long length) : RequestContent
    {
        public override long? Length => length;

        public override bool IsReplayable => true;

        public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
            long sent = 0;
            while (sent < length)
            {
                Memory<byte> room = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - sent));
                int count = await RandomAccess.ReadAsync(file, room, offset + sent, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new EndOfStreamException(
                        $"The file ended after {sent} of the {length} bytes to send: it has become shorter since the content was made.");
                }

                sent += count;
                yield return room[..count];
            }

            // Only after an orderly end: if the upload was broken off, the connection may still hold the last piece.
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
