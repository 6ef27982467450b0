using System.Net;
using System.Text.Json;

namespace PollHttp.Servers.Tests;

/// <summary>Against httpbin.</summary>
public sealed class HttpbinTests(HttpbinServer httpbin) : IClassFixture<HttpbinServer>
{
    [ServerTheory("gunicorn")]
    [InlineData("redirect/3")]
    [InlineData("relative-redirect/3")]
    [InlineData("absolute-redirect/3")]
    public async Task Redirects_are_followed_to_their_end(string path)
    {
        await httpbin.StartAsync();
        await using PollHttpClient client = new();
        using Response response = await client.GetAsync($"{httpbin.Origin}/{path}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"{httpbin.Origin}/get", response.RequestUri.AbsoluteUri);
    }

    [ServerFact("gunicorn")]
    public async Task A_cookie_set_on_the_way_is_sent_on_the_next_hop()
    {
        await httpbin.StartAsync();
        await using PollHttpClient client = new();
        using JsonDocument answer = JsonDocument.Parse(await client.GetStringAsync($"{httpbin.Origin}/cookies/set?flavour=oat"));
        Assert.Equal("oat", answer.RootElement.GetProperty("cookies").GetProperty("flavour").GetString());
    }

    [ServerTheory("gunicorn")]
    [InlineData("basic-auth/user/secret")]
    [InlineData("digest-auth/auth/user/secret/MD5")]
    [InlineData("digest-auth/auth/user/secret/SHA-256")]
    public async Task Credentials_are_accepted(string path)
    {
        await httpbin.StartAsync();
        await using PollHttpClient client = new(new PollHttpClientOptions { Credentials = new NetworkCredential("user", "secret") });
        using Response response = await client.GetAsync($"{httpbin.Origin}/{path}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [ServerFact("gunicorn")]
    public async Task A_body_that_drips_arrives_whole()
    {
        await httpbin.StartAsync();
        await using PollHttpClient client = new();
        Assert.Equal(new string('*', 10), await client.GetStringAsync($"{httpbin.Origin}/drip?duration=0.5&numbytes=10&delay=0"));
    }

    [ServerFact("gunicorn")]
    public async Task Lines_of_a_stream_arrive_in_chunks()
    {
        await httpbin.StartAsync();
        await using PollHttpClient client = new();
        string text = await client.GetStringAsync($"{httpbin.Origin}/stream/20");
        Assert.Equal(20, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [ServerFact("gunicorn")]
    public async Task A_form_arrives_as_its_fields()
    {
        await httpbin.StartAsync();
        await using PollHttpClient client = new();
        using Response response = await client.PostAsync(
            $"{httpbin.Origin}/post", RequestContent.FromForm([new("name", "a b"), new("sign", "&=")]));
        using JsonDocument answer = JsonDocument.Parse(await response.ReadAsStringAsync());
        JsonElement form = answer.RootElement.GetProperty("form");
        Assert.Equal(("a b", "&="), (form.GetProperty("name").GetString(), form.GetProperty("sign").GetString()));
    }

    [ServerFact("gunicorn")]
    public async Task A_server_that_thinks_too_long_is_a_timeout_that_names_the_limit()
    {
        await httpbin.StartAsync();
        await using PollHttpClient client = new(new PollHttpClientOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        RequestTimeoutException error = await Assert.ThrowsAsync<RequestTimeoutException>(() => client.GetAsync($"{httpbin.Origin}/delay/10"));
        Assert.Equal(TimeSpan.FromMilliseconds(300), error.Limit);
        Assert.Equal("{", (await new PollHttpClient().GetStringAsync($"{httpbin.Origin}/get"))[..1]);
    }
}
