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

    [Fact]
    public void The_example_of_verbs_runs()
    {
        SimulatedNetwork network = new();
        ScriptedHttpServer server = new(_ => ServerReply.Text("the report"));
        network.Listen("files.example", 80, server);
        string token = "t0";
        PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                // example: request-verbs
                string address = QueryString.Add("http://files.example/find", "name", "a report & more"); // /find?name=a%20report%20%26%20more
                var options = new RequestOptions { BearerToken = token, Timeout = TimeSpan.FromSeconds(20) };
                using Response found = await client.GetAsync(address, options);
                Console.WriteLine(found.Headers["Content-Type"]);                 // all values of the field, joined; null if there is none

                string text = client.GetString(address, options);                 // blocks this thread, without a task or the thread pool
                // end
                Assert.Equal("the report", text);
            },
            network);
        Assert.Equal(["/find?name=a%20report%20%26%20more", "/find?name=a%20report%20%26%20more"], server.Requests.Select(r => r.Target));
        Assert.All(server.Requests, r => Assert.Equal("Bearer t0", r.Header("Authorization")));
    }

    [Fact]
    public void The_example_of_a_cookie_file_runs()
    {
        SimulatedNetwork network = new();
        network.Listen("files.example", 80, new ScriptedHttpServer(_ => "HTTP/1.1 200 OK\r\nSet-Cookie: id=7; HttpOnly\r\nContent-Length: 0\r\n\r\n"));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pollhttp-docs-");
        string path = Path.Combine(folder.FullName, "cookies.txt");
        try
        {
            PollLoop.Run(
                async loop =>
                {
                    // example: cookie-file
                    var cookies = new CookieStore();
                    if (File.Exists(path))
                    {
                        cookies.Load(path);                                 // as curl -c writes it; an invalid line is an error that names it
                    }

                    using var client = new PollHttpClient(loop, new PollHttpClientOptions { Cookies = cookies });
                    await client.GetStringAsync("http://files.example/login");
                    cookies.Save(path, includeSession: true);               // as curl -b reads it; on Unix readable by its owner only
                    // end
                },
                network);
            Assert.Contains("\n#HttpOnly_files.example\tFALSE\t/\tFALSE\t0\tid\t7\n", File.ReadAllText(path), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(PollLoop loop)
    {
        // example: requests
        using var client = new PollHttpClient(loop, new PollHttpClientOptions
        {
            MaxAutomaticRedirections = 5,
            Credentials = new CredentialCache { { new Uri("http://files.example/"), "Digest", new NetworkCredential("me", "secret") } },
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),              // notices changed DNS records
            MinIdleConnectionsPerServer = 1,                                  // one is always ready
        });
        await client.WarmAsync(new Uri("http://files.example/"), connections: 2);

        var request = new Request("GET", "http://files.example/report")
        {
            Headers = { { "Accept", "text/plain" } },
            Options = new RequestOptions
            {
                Timeout = TimeSpan.FromSeconds(20),                           // over all redirects and retries
                Limits = new() { BodyBytes = 1 << 20 },
                Timeouts = new() { ResponseHead = TimeSpan.FromSeconds(5) },
                Cookies = new CookieStore(),                                  // for this request, instead of the client's
            },
        };
        using Response response = await client.SendAsync(request);            // a request can be sent several times
        Console.WriteLine($"{response.RequestUri}: {await response.ReadAsStringAsync()}");
        // end
    }
}
