namespace PollHttp.Cli.Downloads;

/// <summary>Shows a line for each completed download, if there is no terminal for bars.</summary>
internal sealed class LineDisplay(TextWriter output) : IDownloadDisplay
{
    public Task RunAsync(Func<Task> work) => work();

    public IProgress<DownloadProgress> Begin(DownloadJob job) => Unseen.Instance;

    public void End(DownloadJob job, string remark, bool isFailure)
    {
        if (!isFailure) // failures have a line on the error stream anyway
        {
            output.WriteLine($"{job.Name}: {remark}");
        }
    }

    private sealed class Unseen : IProgress<DownloadProgress>
    {
        public static Unseen Instance { get; } = new();

        public void Report(DownloadProgress value)
        {
        }
    }
}
