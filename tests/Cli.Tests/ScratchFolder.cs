namespace PollHttp.Cli.Tests;

/// <summary>A folder of one test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pollhttp-cli-").FullName;

    /// <summary>Gets the names of its files.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Path).Select(static file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal);

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
