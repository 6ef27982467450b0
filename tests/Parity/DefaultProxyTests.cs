namespace PollHttp.Parity;

/// <summary>The proxy of the process. Alone, because every handler of the process has it meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class DefaultProxyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private const string Who = "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n";

    private static async Task WithDefaultAsync(IWebProxy proxy, Func<Task> action)
    {
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = proxy;
        try
        {
            await action();
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Theory]
    [Trait("parity", "P-052")]
    [Trait("parity", "P-166")]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public Task It_is_used_where_none_is_set(bool hasDefaultCredentials, bool usesProxy) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Who, Ok);
        await WithDefaultAsync(new WebProxy(server.Uri()), async () =>
        {
            HttpClient client = subject.Client(
                ("UseProxy", usesProxy), ("DefaultProxyCredentials", hasDefaultCredentials ? new NetworkCredential("user", "secret") : null));
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await client.GetAsync(usesProxy ? new Uri("http://far.example/") : server.Uri());
                seen.Note(response, server);
            });
        });
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-166")]
    public Task One_that_leads_nowhere_means_direct() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        await WithDefaultAsync(new WebProxy(), async () =>
        {
            using HttpResponseMessage response = await subject.Client(("UseProxy", true)).GetAsync(server.Uri());
            seen.Note(response, server);
        });
        seen.Note("received", server.Received);
    });
}
