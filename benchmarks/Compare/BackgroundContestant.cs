namespace PollHttp.Compare;

/// <summary>The default client: a reactor thread of the library's, continuations on the thread pool.</summary>
internal static class BackgroundContestant
{
    /// <summary>A connection for each worker; everything else as it comes.</summary>
    internal static PollHttpClientOptions Options => new() { MaxConnectionsPerOrigin = Settings.Connections };

    public static async Task RaceAsync(int port)
    {
        await using PollHttpClient client = new(Options);
        Uri url = ContestantProcess.Url(port);
        await ContestantProcess.ServeAsync(requests => Workers.RunAsync(requests, _ => RequestOnceAsync(client, url)));
    }

    /// <summary>One request with the asynchronous client, its body read to the end; also for <see cref="RunContestant"/>.</summary>
    internal static async ValueTask RequestOnceAsync(PollHttpClient client, Uri url)
    {
        using Response response = await client.GetAsync(url);
        long length = 0;
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            length += slice.Length;
        }

        ContestantProcess.Check((int)response.StatusCode, length);
    }
}
