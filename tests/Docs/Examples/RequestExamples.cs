using System.Net;
using PollHttp.Core;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

public class RequestExamples
{
    [Fact]
    public void The_example_of_the_page_on_requests_runs()
    {
        SimulatedNetwork network = new();
        ScriptedHttpServer server = new(r => r.Header("Authorization") is null
            ? "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\nContent-Length: 0\r\n\r\n"
            : ServerReply.Text("the report"));
        network.Listen("files.example", 80, server);
        PollLoop.Run(RunAsync, network);
        Assert.Equal(2, network.TotalDials);
        Assert.StartsWith("Digest ", server.Requests[1].Header("Authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_progress_runs()
    {
        SimulatedNetwork network = new();
        network.Listen("files.example", 80, new ScriptedHttpServer(_ => ServerReply.Text("the report")));
        PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                // example: response-progress
                var request = new Request("GET", "http://files.example/report")
                {
                    Options = new RequestOptions { ResponseProgress = new Progress<ResponseProgress>(p => Console.WriteLine($"{p.Bytes:N0} of {p.TotalBytes:N0}")) },
                };
                using Response response = await client.SendAsync(request);
                byte[] report = await response.ReadAsByteArrayAsync();
                // end
                Assert.Equal("the report"u8.ToArray(), report);
            },
            network);
    }

    private static async Task RunAsync(PollLoop loop)
    {
        // example: requests
        using var client = new PollHttpClient(loop, new PollHttpClientOptions
        {
            MaxRedirects = 5,
            Credentials = new CredentialCache { { new Uri("http://files.example/"), "Digest", new NetworkCredential("me", "secret") } },
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),              // notice when names change
            MinIdleConnectionsPerOrigin = 1,                                  // one is ready, whatever the others do
        });
        await client.WarmAsync(new Uri("http://files.example/"), connections: 2);

        var request = new Request("GET", "http://files.example/report")
        {
            Headers = { { "Accept", "text/plain" } },
            Options = new RequestOptions
            {
                Timeout = TimeSpan.FromSeconds(20),                           // over all redirects and retries
                Limits = new ConnectionLimits { BodyBytes = 1 << 20, ResponseHeadTimeout = TimeSpan.FromSeconds(5) },
                Cookies = new CookieStore(),                                  // of this request, not of the client
            },
        };
        using Response response = await client.SendAsync(request);            // a request may be sent again
        Console.WriteLine($"{response.RequestUri}: {await response.ReadAsStringAsync()}");
        // end
    }
}
