namespace PollHttp.Compare;

/// <summary>As many asynchronous loops as there are connections, which share one count of requests to make.</summary>
internal static class Workers
{
    public static async ValueTask RunAsync(int requests, Func<int, ValueTask> requestOnce)
    {
        int left = requests;
        Task[] workers = new Task[Settings.Connections];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = WorkAsync(i);
        }

        await Task.WhenAll(workers);

        async Task WorkAsync(int worker)
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await requestOnce(worker);
            }
        }
    }
}
