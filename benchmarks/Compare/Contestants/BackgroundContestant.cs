namespace PollHttp.Compare;

/// <summary>The default client: a reactor thread of the library's, continuations on the thread pool.</summary>
internal static class BackgroundContestant
{
    public static async Task RaceAsync(Job job)
    {
        await using PollHttpClient client = Clients.Create(job);
        if (job.Work == Work.Idle)
        {
            await IdleRace.ServeAsync(job, Clients.OperationOf(client, job));
        }
        else
        {
            await ContestantProcess.ServeAsync(Workers.Of(job, Clients.OperationOf(client, job)));
        }
    }
}
