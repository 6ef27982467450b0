namespace PollHttp.Files;

/// <summary>
/// A file that appears under its name when it is whole: it is written beside its place, then renamed. A device is written into as it comes.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string _path;
    private readonly string? _partial;
    private bool _isFinished;

    /// <param name="path">Its name; the folder must exist.</param>
    /// <param name="isPrivate">Whether, on Unix, it is for its owner alone.</param>
    /// <exception cref="IOException">It can't be made; what was there stays (here and in <see cref="Finish"/>).</exception>
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

    /// <summary>Gives it its name, in place of what was there.</summary>
    public void Finish()
    {
        Content.Dispose();
        if (_partial is not null)
        {
            File.Move(_partial, _path, overwrite: true);
        }

        _isFinished = true;
    }

    /// <summary>Closes it, and deletes what is not whole.</summary>
    public void Dispose()
    {
        Content.Dispose();
        if (_partial is not null && !_isFinished)
        {
            File.Delete(_partial);
        }
    }
}
