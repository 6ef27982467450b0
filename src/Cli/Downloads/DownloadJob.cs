namespace PollHttp.Cli.Downloads;

/// <summary>Represents one address and its target file.</summary>
internal sealed record DownloadJob(Uri Address, string Path)
{
    /// <summary>Gets the name to show.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}
