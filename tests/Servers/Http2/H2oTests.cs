namespace PollHttp.Servers.Tests;

/// <summary>HTTP/2 against h2o.</summary>
public sealed class H2oTests(H2oServer h2o) : IClassFixture<H2oServer>
{
    [ServerFact("h2o")]
    [Trait("rule", "R2-133")]
    public async Task Bodies_given_up_leave_room_for_the_next()
    {
        await h2o.StartAsync();
        await Http2Checks.GivenUpAsync(h2o.Origin);
        await Http2Checks.GivenUpAsync(h2o.TlsOrigin);
    }

    [ServerFact("h2o")]
    public async Task Files_arrive_whole()
    {
        await h2o.StartAsync();
        await Http2Checks.FilesAsync(h2o.Origin);
        await Http2Checks.FilesAsync(h2o.TlsOrigin);
    }

    [ServerFact("h2o")]
    public async Task Two_hundred_at_once_come_back()
    {
        await h2o.StartAsync();
        await Http2Checks.ManyAsync(h2o.Origin, Http2Origin.Digits, Http2Origin.DigitsContent);
        await Http2Checks.ManyAsync(h2o.TlsOrigin, Http2Origin.Digits, Http2Origin.DigitsContent);
    }

    [ServerFact("h2o")]
    public async Task Contents_are_echoed()
    {
        await h2o.StartAsync();
        foreach (string origin in (string[])[h2o.Origin, h2o.TlsOrigin])
        {
            await Http2Checks.PostsAsync(origin, "/count", "POST 1000000");
            await Http2Checks.EchoAsync(origin, "/echo");
        }
    }

    [ServerFact("h2o")]
    public async Task Server_that_ends_and_comes_back_under_load_is_found_again()
    {
        await h2o.StartAsync();
        await Http2Checks.RestartAsync(h2o);
    }
}
