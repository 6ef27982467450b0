namespace PollHttp.Compare;

/// <summary>The platform's client with everything switched off that ours does not do: no proxy, no cookies, no redirects.</summary>
internal static class HttpClientContestant
{
    public static async Task RaceAsync(int port)
    {
        using HttpClient client = new(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = Settings.Connections,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        });
        Uri url = ContestantProcess.Url(port);
        byte[][] buffers = [.. Enumerable.Range(0, Settings.Connections).Select(_ => new byte[4096])];
        await ContestantProcess.ServeAsync(requests => Workers.RunAsync(requests, async worker =>
        {
            using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
            await using Stream body = await response.Content.ReadAsStreamAsync();
            long length = 0;
            for (int read; (read = await body.ReadAsync(buffers[worker])) > 0;)
            {
                length += read;
            }

            ContestantProcess.Check((int)response.StatusCode, length);
        }));
    }
}
