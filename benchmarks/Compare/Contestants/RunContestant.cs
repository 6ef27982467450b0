namespace PollHttp.Compare;

/// <summary>The same code as <see cref="BackgroundContestant"/>, awaited on one thread that sleeps in the poller.</summary>
internal static class RunContestant
{
    public static Task RaceAsync(Job job) => RaceAsync(job, client => Clients.OperationOf(client, job));

    /// <summary>The body through our <see cref="System.IO.Pipelines.PipeReader"/>.</summary>
    public static Task RaceWithPipeAsync(Job job) => RaceAsync(job, client => async _ =>
    {
        using Response response = await client.GetAsync(job.Url);
        long length = 0;
        while (true)
        {
            System.IO.Pipelines.ReadResult result = await response.BodyReader.ReadAsync();
            length += result.Buffer.Length;
            response.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        ContestantProcess.Check(job, (int)response.StatusCode, length);
    });

    /// <summary>The body through our <see cref="Stream"/>, which copies.</summary>
    public static Task RaceWithStreamAsync(Job job)
    {
        byte[] buffer = new byte[128 * 1024];
        return RaceAsync(job, client => async _ =>
        {
            using Response response = await client.GetAsync(job.Url);
            await using Stream body = response.OpenBodyStream();
            long length = 0;
            for (int read; (read = await body.ReadAsync(buffer)) > 0;)
            {
                length += read;
            }

            ContestantProcess.Check(job, (int)response.StatusCode, length);
        });
    }

    private static Task RaceAsync(Job job, Func<PollHttpClient, Func<int, ValueTask>> operationOf)
    {
        PollLoop.Run(async loop =>
        {
            await using PollHttpClient client = Clients.Create(job, loop);
            await ContestantProcess.ServeAsync(Workers.Of(job, operationOf(client)));
        });
        return Task.CompletedTask;
    }
}
