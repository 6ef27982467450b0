namespace PollHttp.Files;

/// <summary>
/// Represents a file that appears under its name only when it is complete: it is written next to the target, then renamed. A device is
/// written directly.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string _path;
    private readonly string? _partial;
    private bool _isFinished;

    /// <param name="path">The path of the file; the folder must exist.</param>
    /// <param name="isPrivate">Whether, on Unix, only the owner can read the file.</param>
    /// <exception cref="IOException">The file can't be created; an existing file stays (also in <see cref="Finish"/>).</exception>
    public WholeFile(string path, bool isPrivate)
    {
        _path = path;
        _partial = DevicePath.Is(Path.GetFullPath(path)) ? null : $"{path}.{Guid.NewGuid():N}.part";
        FileStreamOptions options = new() { Mode = _partial is null ? FileMode.Open : FileMode.CreateNew, Access = FileAccess.Write };
        if (isPrivate && _partial is not null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        Content = new(_partial ?? path, options);
    }

    public FileStream Content { get; }

    /// <summary>Renames the file to its final name, replacing an existing file.</summary>
    public void Finish()
    {
        Content.Dispose();
        if (_partial is not null)
        {
            File.Move(_partial, _path, overwrite: true);
        }

        _isFinished = true;
    }

    /// <summary>Closes the file, and deletes it if it is incomplete.</summary>
    public void Dispose()
    {
        Content.Dispose();
        if (_partial is not null && !_isFinished)
        {
            File.Delete(_partial);
        }
    }
}
