namespace PollHttp.Cli.Downloads;

/// <summary>One address and the file it goes to.</summary>
internal sealed record DownloadJob(Uri Address, string Path)
{
    /// <summary>Gets the name to show.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}
