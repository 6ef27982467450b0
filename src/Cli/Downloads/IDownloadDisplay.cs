namespace PollHttp.Cli.Downloads;

/// <summary>Shows downloads as they go on. Called from several threads.</summary>
internal interface IDownloadDisplay
{
    /// <summary>Runs the work while showing what it reports.</summary>
    Task RunAsync(Func<Task> work);

    /// <summary>Begins to show a download.</summary>
    /// <returns>What its progress is reported to.</returns>
    IProgress<DownloadProgress> Begin(DownloadJob job);

    /// <summary>Ends to show it.</summary>
    /// <param name="job">Which.</param>
    /// <param name="remark">What became of it.</param>
    /// <param name="isFailure">Whether it failed.</param>
    void End(DownloadJob job, string remark, bool isFailure);
}
