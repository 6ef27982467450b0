using System.Net;

namespace PollHttp.Servers.Tests;

/// <summary>Against HAProxy.</summary>
public sealed class HaproxyTests(HaproxyServer haproxy) : IClassFixture<HaproxyServer>
{
    [ServerFact("haproxy")]
    public async Task A_strict_parser_takes_every_request_form()
    {
        await haproxy.StartAsync();
        await using PollHttpClient client = new();
        string host = $"127.0.0.1:{haproxy.Port}";
        Assert.Equal($"GET /echo {host} 0", await client.GetStringAsync($"{haproxy.Origin}/echo?a=b"));
        using Response posted = await client.PostAsync($"{haproxy.Origin}/echo", RequestContent.FromString("four"));
        Assert.StartsWith($"POST /echo {host}", await posted.ReadAsStringAsync(), StringComparison.Ordinal);
        using Response chunked = await client.PutAsync($"{haproxy.Origin}/echo", RequestContent.FromAsyncEnumerable(Pieces()));
        Assert.StartsWith($"PUT /echo {host}", await chunked.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [ServerFact("haproxy")]
    public async Task A_refusal_comes_through_while_much_is_still_to_be_sent()
    {
        await haproxy.StartAsync();
        await using PollHttpClient client = new();
        using Response response = await client.PostAsync($"{haproxy.Origin}/refuse", RequestContent.FromBytes(new byte[16 * 1024 * 1024]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("too much", await response.ReadAsStringAsync());
        Assert.Equal("ok", await client.GetStringAsync($"{haproxy.Origin}/"));
    }

    [ServerFact("haproxy")]
    public async Task Connections_that_the_server_closes_at_once_when_idle_cost_no_request()
    {
        await haproxy.StartAsync();
        await using PollHttpClient client = new();
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal("ok", await client.GetStringAsync($"http://127.0.0.1:{haproxy.ImpatientPort}/"));
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        for (int i = 0; i < 5; i++)
        {
            await Task.Yield();
            yield return new byte[1000];
        }
    }
}
