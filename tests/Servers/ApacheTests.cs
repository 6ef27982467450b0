using System.Net;

namespace PollHttp.Servers.Tests;

/// <summary>Against Apache.</summary>
public sealed class ApacheTests(ApacheServer apache) : IClassFixture<ApacheServer>
{
    [ServerTheory("apache2")]
    [InlineData("digest", "for those who know")]
    [InlineData("basic", "for those who say")]
    public async Task Credentials_are_given_in_the_scheme_asked_for(string folder, string text)
    {
        await apache.StartAsync();
        await using PollHttpClient client = new(new PollHttpClientOptions { Credentials = new NetworkCredential("user", "secret") });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(text, await client.GetStringAsync($"{apache.Origin}/{folder}/page.txt?i={i}"));
        }
    }

    [ServerTheory("apache2")]
    [InlineData("digest")]
    [InlineData("basic")]
    public async Task Wrong_credentials_end_in_the_refusal_and_no_loop(string folder)
    {
        await apache.StartAsync();
        await using PollHttpClient client = new(new PollHttpClientOptions { Credentials = new NetworkCredential("user", "guess") });
        using Response response = await client.GetAsync($"{apache.Origin}/{folder}/page.txt");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [ServerFact("apache2")]
    public async Task A_page_that_is_deflated_while_it_is_sent_arrives_whole()
    {
        await apache.StartAsync();
        await using PollHttpClient client = new();
        Assert.Equal(string.Concat(Enumerable.Repeat("a page\n", 5_000)), await client.GetStringAsync($"{apache.Origin}/page.html"));
    }
}
