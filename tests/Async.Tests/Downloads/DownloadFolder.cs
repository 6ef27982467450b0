namespace PollHttp.Tests;

/// <summary>An empty folder for the length of a test.</summary>
internal sealed class DownloadFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pollhttp-").FullName;

    public string Target => System.IO.Path.Combine(Path, "file.bin");

    public string Part => Target + ".part";

    /// <summary>The names of what is in it, in order.</summary>
    public string Names => string.Join(' ', Directory.GetFileSystemEntries(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
