namespace PollHttp;

/// <summary>Where a download is written: a stream of the caller, or a file that gets its name only when it is whole.</summary>
internal sealed class DownloadTarget : IDisposable
{
    private readonly string? _path;
    private Stream? _stream;

    public DownloadTarget(Stream stream) => _stream = stream;

    public DownloadTarget(string path) => _path = path;

    private string PartPath => _path + ".part";

    /// <exception cref="IOException">The file can't be made, or <see cref="UnauthorizedAccessException"/>.</exception>
    public void Open() => _stream ??= new FileStream(PartPath, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(ReadOnlySpan<byte> bytes) => _stream!.Write(bytes);

    /// <summary>All is written.</summary>
    public void Commit()
    {
        _stream!.Flush();
        if (_path is not null)
        {
            _stream.Dispose();
            _stream = null;
            File.Move(PartPath, _path, overwrite: true);
        }
    }

    /// <summary>Removes what was written of a file that is not whole. The caller's stream is the caller's.</summary>
    public void Dispose()
    {
        if (_path is not null && _stream is not null)
        {
            _stream.Dispose();
            _stream = null;
            File.Delete(PartPath);
        }
    }
}
