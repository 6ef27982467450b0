namespace PollHttp.Compare;

/// <summary>The same code as <see cref="BackgroundContestant"/>, awaited on one thread that sleeps in the poller.</summary>
internal static class RunContestant
{
    public static Task RaceAsync(int port)
    {
        PollLoop.Run(async loop =>
        {
            await using PollHttpClient client = new(loop, BackgroundContestant.Options);
            Uri url = ContestantProcess.Url(port);
            await ContestantProcess.ServeAsync(requests =>
                Workers.RunAsync(requests, _ => BackgroundContestant.RequestOnceAsync(client, url)));
        });
        return Task.CompletedTask;
    }
}
