using System.Net;

namespace PollHttp.Servers.Tests;

/// <summary>Against lighttpd.</summary>
public sealed class LighttpdTests(LighttpdServer lighttpd) : IClassFixture<LighttpdServer>
{
    [ServerFact("lighttpd")]
    public async Task Requests_go_on_when_the_server_closes_after_every_third()
    {
        await lighttpd.StartAsync();
        await using PollHttpClient client = new();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(LighttpdServer.Text, await client.GetStringAsync($"{lighttpd.Origin}/fox.txt"));
        }
    }

    [ServerFact("lighttpd")]
    public async Task A_range_by_its_validator_is_a_part_and_by_another_the_whole()
    {
        await lighttpd.StartAsync();
        await using PollHttpClient client = new();
        using Response whole = await client.GetAsync($"{lighttpd.Origin}/fox.txt");
        Assert.True(whole.Headers.TryGetValue("ETag", out string? tag));
        Assert.Equal("quick", await PartAsync(client, tag, HttpStatusCode.PartialContent));
        Assert.Equal(LighttpdServer.Text, await PartAsync(client, "\"another\"", HttpStatusCode.OK));
    }

    [ServerFact("lighttpd")]
    public async Task A_head_request_has_a_length_and_no_body()
    {
        await lighttpd.StartAsync();
        await using PollHttpClient client = new();
        using Response response = await client.HeadAsync($"{lighttpd.Origin}/fox.txt");
        Assert.Equal(LighttpdServer.Text.Length, response.ContentLength);
        Assert.Empty(await response.ReadAsByteArrayAsync());
        Assert.Equal(LighttpdServer.Text, await client.GetStringAsync($"{lighttpd.Origin}/fox.txt"));
    }

    private async Task<string> PartAsync(PollHttpClient client, string validator, HttpStatusCode expected)
    {
        Request request = new("GET", $"{lighttpd.Origin}/fox.txt");
        request.Headers.Add("Range", "bytes=4-8");
        request.Headers.Add("If-Range", validator);
        using Response response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
        return await response.ReadAsStringAsync();
    }
}
