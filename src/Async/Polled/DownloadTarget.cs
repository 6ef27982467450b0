using PollHttp.Downloads;

namespace PollHttp.Polled;

/// <summary>
/// Represents the target of a polled download: a stream of the caller, or a file that gets its name only when it is complete.
/// </summary>
internal sealed class DownloadTarget : IDisposable
{
    private readonly Stream? _stream;
    private readonly string? _path;
    private PartialFile? _file;

    /// <exception cref="ArgumentException">The stream can't be written to.</exception>
    public DownloadTarget(Stream stream) =>
        _stream = stream.CanWrite ? stream : throw new ArgumentException("The stream can't be written to.", nameof(stream));

    /// <exception cref="ArgumentException">The path names no file.</exception>
    public DownloadTarget(string path) => _path = PartialFile.CheckTarget(path);

    /// <summary>Gets a value indicating whether the target is a file.</summary>
    public bool IsFile => _path is not null;

    /// <summary>Opens the file next to the target and discards the data of an earlier download.</summary>
    /// <exception cref="IOException">The file can't be created, or another download writes it; or an
    /// <see cref="UnauthorizedAccessException"/>.</exception>
    public void Open(Uri address)
    {
        if (_path is not null)
        {
            _file = PartialFile.Open(_path, address.AbsoluteUri, resume: false, digest: null);
            _file.Restart(address.AbsoluteUri, validator: null, total: null);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is not null)
        {
            _file.Write(bytes);
        }
        else
        {
            _stream!.Write(bytes);
        }
    }

    /// <summary>Ends the writing. A file is not flushed to the disk, which could delay a frame.</summary>
    public void Commit()
    {
        _stream?.Flush();
        _file?.Finish(overwrite: true, flushToDisk: false);
    }

    /// <summary>Removes an incomplete file. The caller's stream is not disposed.</summary>
    public void Dispose() => _file?.Dispose();
}
