namespace PollHttp.Parity;

/// <summary>Objects of the user's that a handler asks while it answers a challenge may send requests through it, and wait for them.</summary>
public sealed class AskingUserCodeTests
{
    [Theory]
    [Trait("parity", "P-045")]
    [InlineData(false)]
    [InlineData(true)]
    public Task Credentials_that_are_fetched_over_the_same_client(bool isSynchronous) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(static async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                bool isRefused = request.Line.StartsWith("GET / ", StringComparison.Ordinal) && request.Field("Authorization") is null;
                await connection.WriteAsync(isRefused
                    ? "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nword");
            }
        });
        HttpClient? client = null;
        client = subject.Client(("Credentials", new Fetching(() => client!.GetStringAsync(server.Uri("/word")).GetAwaiter().GetResult())));
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        using HttpResponseMessage response = isSynchronous ? client.Send(request) : await client.SendAsync(request);
        seen.Note("status", (int)response.StatusCode);
        seen.Note("sent", server.Requests[^1].Field("Authorization"));
    });

    private sealed class Fetching(Func<string> fetch) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => authType == "Basic" ? new("user", fetch()) : null;
    }
}
