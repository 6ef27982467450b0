namespace PollHttp.Cli.Downloads;

/// <summary>Shows the progress of downloads. Called from several threads.</summary>
internal interface IDownloadDisplay
{
    /// <summary>Runs the work while showing its progress.</summary>
    Task RunAsync(Func<Task> work);

    /// <summary>Begins to show a download.</summary>
    /// <returns>The receiver of its progress.</returns>
    IProgress<DownloadProgress> Begin(DownloadJob job);

    /// <summary>Shows the result of a download.</summary>
    /// <param name="job">The download.</param>
    /// <param name="remark">The result.</param>
    /// <param name="isFailure">Whether it failed.</param>
    void End(DownloadJob job, string remark, bool isFailure);
}
