namespace PollHttp.Servers.Tests;

/// <summary>HTTP/2 against Caddy.</summary>
public sealed class CaddyTests(CaddyServer caddy) : IClassFixture<CaddyServer>
{
    [ServerFact("caddy", "nghttpd")]
    [Trait("rule", "R2-133")]
    public async Task Bodies_given_up_leave_room_for_the_next()
    {
        await caddy.StartAsync();
        await Http2Checks.GivenUpAsync(caddy.Origin);
        await Http2Checks.GivenUpAsync(caddy.TlsOrigin);
    }

    [ServerFact("caddy", "nghttpd")]
    public async Task Files_arrive_whole()
    {
        await caddy.StartAsync();
        await Http2Checks.FilesAsync(caddy.Origin);
        await Http2Checks.FilesAsync(caddy.TlsOrigin);
    }

    [ServerFact("caddy", "nghttpd")]
    public async Task Two_hundred_at_once_come_back()
    {
        await caddy.StartAsync();
        await Http2Checks.ManyAsync(caddy.Origin, Http2Origin.Digits, Http2Origin.DigitsContent);
        await Http2Checks.ManyAsync(caddy.TlsOrigin, Http2Origin.Digits, Http2Origin.DigitsContent);
    }

    [ServerFact("caddy", "nghttpd")]
    [Trait("rule", "R2-039")]
    public async Task Contents_are_echoed_or_answered_early()
    {
        await caddy.StartAsync();
        foreach (string origin in (string[])[caddy.Origin, caddy.TlsOrigin])
        {
            await Http2Checks.PostsAsync(origin, "/early", "POST 1000000");
            await Http2Checks.EchoAsync(origin, "/echo");
        }
    }

    [ServerFact("caddy", "nghttpd")]
    public async Task Trailers_come_through_its_proxy()
    {
        await caddy.StartAsync();
        await using PollHttpClient client = Http2Checks.NewClient();
        using Response response = await client.GetAsync(caddy.TlsOrigin + "/behind");
        Assert.Equal("behind", await response.ReadAsStringAsync());
        Assert.Equal("done", Assert.Single(response.Trailers).Value);
    }

    [ServerFact("caddy", "nghttpd")]
    public async Task Server_that_ends_and_comes_back_under_load_is_found_again()
    {
        await caddy.StartAsync();
        await Http2Checks.RestartAsync(caddy);
    }
}
