namespace PollHttp.Parity;

/// <summary>
/// Code of the user's that only <see cref="PollHttpClient"/> calls may send a request to the same origin through the same client, and wait
/// for its answer, as what the handler calls may (<see cref="CallingBackTests"/>). A filter of addresses is called inside a poll, and so may
/// send with the blocking Send.
/// </summary>
public sealed class ClientCallingBackTests
{
    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(1);

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = new() { { "ConnectFilter", "blocks" } };
            foreach (string kind in (string[])[
                "progress of a response", "progress of a content", "progress of a download", "interim response", "observer of requests",
                "observer of responses", "observer of ends"])
            {
                foreach (string way in (string[])["waits for a task", "blocks"])
                {
                    cases.Add(kind, way);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("fault", "F-61")]
    public async Task It_gets_its_answer(string kind, string way)
    {
        foreach (bool isBlocking in kind == "progress of a download" ? [false] : (bool[])[false, true])
        {
            await using RawServer server = new(AnswerAsync);
            PollHttpClient? client = null;
            CallBack back = new(() =>
            {
                if (way == "blocks")
                {
                    using Response inner = client!.Send(new Request(HttpMethod.Get, server.Uri("/inner")));
                    return inner.ReadAsString();
                }

                return client!.GetStringAsync(server.Uri("/inner")).GetAwaiter().GetResult();
            });
            PollHttpClientOptions options = new() { UseProxy = false, MaxConnectionsPerServer = 2, Timeout = s_guard };
            if (kind == "ConnectFilter")
            {
                options.ConnectFilter = (_, _) => back.Pass(true);
            }
            else if (kind.StartsWith("observer", StringComparison.Ordinal))
            {
                options.WireObserver = new AskedObserver(kind, back);
            }

            using (client = new(options))
            {
                back.Arm();
                string content = isBlocking
                    ? await Task.Run(() => Send(client, kind, back, server.Uri("/"))).WaitAsync(s_guard)
                    : await SendAsync(client, kind, back, server.Uri("/")).WaitAsync(s_guard);
                Assert.Equal("fine", content);
                Assert.Equal("fine", await back.Answer.WaitAsync(s_guard));
            }
        }
    }

    private static string Send(PollHttpClient client, string kind, CallBack back, Uri address)
    {
        using Response response = client.Send(Make(kind, back, address));
        return response.ReadAsString();
    }

    private static async Task<string> SendAsync(PollHttpClient client, string kind, CallBack back, Uri address)
    {
        if (kind == "progress of a download")
        {
            using MemoryStream destination = new();
            await client.DownloadAsync(address, destination, progress: new AskedProgress<DownloadProgress>(back));
            return System.Text.Encoding.ASCII.GetString(destination.ToArray());
        }

        using Response response = await client.SendAsync(Make(kind, back, address));
        return await response.ReadAsStringAsync();
    }

    private static Request Make(string kind, CallBack back, Uri address)
    {
        Request request = new(kind == "progress of a content" ? HttpMethod.Post : HttpMethod.Get, address) { Options = new() };
        switch (kind)
        {
            case "progress of a response":
                request.Options.ResponseProgress = new AskedProgress<ResponseProgress>(back);
                break;
            case "progress of a content":
                request.Content = RequestContent.FromBytes(new byte[1000]).WithProgress(new AskedProgress<UploadProgress>(back));
                break;
            case "interim response":
                request.Options.OnInformational = _ => back.Pass(0);
                break;
        }

        return request;
    }

    private static async Task AnswerAsync(RawConnection connection)
    {
        while (await connection.ReadRequestAsync() is not null)
        {
            await connection.WriteAsync("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
        }
    }

    private sealed class AskedProgress<T>(CallBack back) : IProgress<T>
    {
        public void Report(T value) => back.Pass(0);
    }
}
