namespace PollHttp.Compare;

/// <summary>One request and the end: what a process pays that has just started.</summary>
internal static class ColdStart
{
    public static async Task<int> RunAsync(string name, string url)
    {
        try
        {
            Uri address = new(url);
            int length = name switch
            {
                "httpclient" => await WithHttpClientAsync(address),
                "pollhttp-sync" => WithSend(address),
                "pollhttp-poll" => ByPolling(address),
                "runtime" => 0, // nothing but the runtime's own start
                _ => await WithClientAsync(address),
            };
            return length == (name == "runtime" ? 0 : 13) ? 0 : 1;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.ToString());
            return 1;
        }
    }

    private static async Task<int> WithHttpClientAsync(Uri address)
    {
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        return (await client.GetByteArrayAsync(address)).Length;
    }

    private static async Task<int> WithClientAsync(Uri address)
    {
        await using PollHttpClient client = new();
        using Response response = await client.GetAsync(address);
        return (await response.ReadAsByteArrayAsync()).Length;
    }

    private static int WithSend(Uri address)
    {
        using PollHttpClient client = new();
        using Response response = client.Send(new Request("GET", address));
        return response.ReadAsByteArray().Length;
    }

    private static int ByPolling(Uri address)
    {
        Job job = new(Work.Get, address, 1, 13);
        using PollRace race = new(Sockets.SocketNetwork.Default, job);
        race.Run(1, null);
        return 13;
    }
}
