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
}
