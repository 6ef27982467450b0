using Microsoft.Win32.SafeHandles;
using PollHttp.Requests;

namespace PollHttp;

public abstract partial class RequestContent
{
    /// <summary>Returns a whole file, with its current length. It is opened each time it is sent, and closed afterwards.
    /// Replayable.</summary>
    /// <param name="path">The file. It must exist and not become shorter until the response head has arrived. Data added meanwhile is not
    /// sent.</param>
    /// <param name="contentType">The Content-Type; null for none. It is not guessed from the name.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static RequestContent FromFile(string path, string? contentType = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileInfo file = new(path);
        return file.Exists
            ? new PathContent(file.FullName, file.Length) { ContentType = contentType }
            : throw new FileNotFoundException($"There is no file '{file.FullName}' to send.", file.FullName);
    }

    /// <summary>Returns part of a file, by default from <paramref name="offset"/> to its current end, which is read as the connection has
    /// room. The handle's own position is neither used nor moved, so several requests can send from one handle at once; the handle is not
    /// disposed and must stay open until the response head has arrived. Replayable.</summary>
    /// <param name="file">A handle of a seekable file, open for reading.</param>
    /// <param name="offset">Where to start, in bytes.</param>
    /// <param name="length">The number of bytes to send; null for all bytes after the start.</param>
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
