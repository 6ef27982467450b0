namespace PollHttp.Cli.Downloads;

/// <summary>A line for each download that is done: where there is no terminal to draw bars on.</summary>
internal sealed class LineDisplay(TextWriter output) : IDownloadDisplay
{
    public Task RunAsync(Func<Task> work) => work();

    public IProgress<DownloadProgress> Begin(DownloadJob job) => Unseen.Instance;

    public void End(DownloadJob job, string remark, bool isFailure)
    {
        if (!isFailure) // failures have their line on the error stream in any case
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
