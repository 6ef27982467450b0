using PollHttp.Downloads;

namespace PollHttp.Polled;

/// <summary>Where a polled download is written: a stream of the caller, or a file that gets its name only when it is whole.</summary>
internal sealed class DownloadTarget : IDisposable
{
    private readonly Stream? _stream;
    private readonly string? _path;
    private PartialFile? _file;

    /// <exception cref="ArgumentException">The stream can't be written.</exception>
    public DownloadTarget(Stream stream) =>
        _stream = stream.CanWrite ? stream : throw new ArgumentException("The stream can't be written.", nameof(stream));

    /// <exception cref="ArgumentException">The path names no file.</exception>
    public DownloadTarget(string path) => _path = PartialFile.CheckTarget(path);

    /// <summary>Gets a value indicating whether the response takes the place of a file.</summary>
    public bool IsFile => _path is not null;

    /// <summary>Takes hold of the file beside the target. What an earlier download left in it is thrown away.</summary>
    /// <exception cref="IOException">The file can't be made, or another download writes it; or an <see cref="UnauthorizedAccessException"/>.</exception>
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

    /// <summary>All is written. A file is not flushed to the disk, which could hold up a frame for long.</summary>
    public void Commit()
    {
        _stream?.Flush();
        _file?.Finish(overwrite: true, flushToDisk: false);
    }

    /// <summary>Removes a file that is not whole. The caller's stream is the caller's.</summary>
    public void Dispose() => _file?.Dispose();
}
