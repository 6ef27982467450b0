namespace PollHttp.Servers.Tests;

/// <summary>HTTP/2 against Go's net/http.</summary>
public sealed class GoTests(GoServer go) : IClassFixture<GoServer>
{
    [ServerFact("go", GoServer.Package)]
    [Trait("rule", "R2-133")]
    public async Task Bodies_given_up_leave_room_for_the_next()
    {
        await go.StartAsync();
        await Http2Checks.GivenUpAsync(go.Origin);
        await Http2Checks.GivenUpAsync(go.TlsOrigin);
    }

    [ServerFact("go", GoServer.Package)]
    public async Task Files_arrive_whole()
    {
        await go.StartAsync();
        await Http2Checks.FilesAsync(go.Origin);
        await Http2Checks.FilesAsync(go.TlsOrigin);
    }

    [ServerFact("go", GoServer.Package)]
    public async Task Two_hundred_at_once_come_back()
    {
        await go.StartAsync();
        await Http2Checks.ManyAsync(go.Origin, Http2Origin.Digits, Http2Origin.DigitsContent);
        await Http2Checks.ManyAsync(go.TlsOrigin, Http2Origin.Digits, Http2Origin.DigitsContent);
    }

    [ServerFact("go", GoServer.Package)]
    public async Task Contents_are_echoed_with_their_trailers_behind_them()
    {
        await go.StartAsync();
        foreach (string origin in (string[])[go.Origin, go.TlsOrigin])
        {
            await Http2Checks.PostsAsync(origin, "/count", "POST 1000000");
            await Http2Checks.EchoAsync(origin, "/echo");
            await Http2Checks.TrailersAsync(origin, "/echo");
        }
    }

    [ServerFact("go", GoServer.Package)]
    [Trait("rule", "R2-059"), Trait("rule", "R2-149")]
    public async Task Requests_go_on_after_each_GOAWAY()
    {
        await go.StartAsync();
        await Http2Checks.GoAwaysAsync(go.Origin, "/count", GoServer.RequestsPerConnection);
        await Http2Checks.GoAwaysAsync(go.TlsOrigin, "/count", GoServer.RequestsPerConnection);
    }

    [ServerFact("go", GoServer.Package)]
    public async Task Server_that_ends_and_comes_back_under_load_is_found_again()
    {
        await go.StartAsync();
        await Http2Checks.RestartAsync(go);
    }
}
