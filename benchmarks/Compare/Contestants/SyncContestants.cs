namespace PollHttp.Compare;

/// <summary>Blocking calls on threads of their own, one connection each: ours, and the same with the platform's client.</summary>
internal static class SyncContestants
{
    public static async Task RaceAsync(Job job)
    {
        using PollHttpClient client = new(Clients.Options(job));
        Request[] requests = [.. Enumerable.Range(0, job.Connections).Select(_ => new Request("GET", job.Url))];
        await ServeAsync(job, worker =>
        {
            using Response response = client.Send(requests[worker]);
            long length = 0;
            foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                length += slice.Length;
            }

            ContestantProcess.Check(job, (int)response.StatusCode, length);
        });
    }

    public static async Task RaceWithHttpClientAsync(Job job)
    {
        using SocketsHttpHandler handler = HttpClientContestant.Handler(job);
        using HttpClient client = new(handler, disposeHandler: false);
        byte[][] buffers = [.. Enumerable.Range(0, job.Connections).Select(_ => new byte[4096])];
        await ServeAsync(job, worker =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, job.Url);
            using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using Stream body = response.Content.ReadAsStream();
            long length = 0;
            for (int read; (read = body.Read(buffers[worker])) > 0;)
            {
                length += read;
            }

            ContestantProcess.Check(job, (int)response.StatusCode, length);
        });
    }

    private static Task ServeAsync(Job job, Action<int> operation) => ContestantProcess.ServeAsync((operations, latencies) =>
    {
        int left = operations;
        Exception? failure = null;
        Thread[] threads = new Thread[job.Connections];
        for (int i = 0; i < threads.Length; i++)
        {
            int worker = i;
            threads[i] = new Thread(() => Work(worker), 256 * 1024);
            threads[i].Start();
        }

        Array.ForEach(threads, static thread => thread.Join());
        return failure is null ? ValueTask.CompletedTask : throw new ContestantException(failure.ToString());

        void Work(int worker)
        {
            try
            {
                while (failure is null && Interlocked.Decrement(ref left) >= 0)
                {
                    long start = latencies is null ? 0 : System.Diagnostics.Stopwatch.GetTimestamp();
                    operation(worker);
                    latencies?.Add(start);
                }
            }
            catch (Exception e)
            {
                failure = e; // told by the thread that waits for all
            }
        }
    });
}
