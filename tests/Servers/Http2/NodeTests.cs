namespace PollHttp.Servers.Tests;

/// <summary>HTTP/2 against Node's http2.</summary>
public sealed class NodeTests(NodeServer node) : IClassFixture<NodeServer>
{
    [ServerFact("node")]
    [Trait("rule", "R2-133")]
    public async Task Bodies_given_up_leave_room_for_the_next()
    {
        await node.StartAsync();
        await Http2Checks.GivenUpAsync(node.Origin);
        await Http2Checks.GivenUpAsync(node.TlsOrigin);
    }

    [ServerFact("node")]
    public async Task Files_arrive_whole()
    {
        await node.StartAsync();
        await Http2Checks.FilesAsync(node.Origin);
        await Http2Checks.FilesAsync(node.TlsOrigin);
    }

    [ServerFact("node")]
    public async Task Two_hundred_at_once_come_back()
    {
        await node.StartAsync();
        await Http2Checks.ManyAsync(node.Origin, Http2Origin.Digits, Http2Origin.DigitsContent);
        await Http2Checks.ManyAsync(node.TlsOrigin, Http2Origin.Digits, Http2Origin.DigitsContent);
    }

    [ServerFact("node")]
    public async Task Contents_are_echoed_with_their_trailers_behind_them()
    {
        await node.StartAsync();
        foreach (string origin in (string[])[node.Origin, node.TlsOrigin])
        {
            await Http2Checks.PostsAsync(origin, "/count", "POST 1000000");
            await Http2Checks.EchoAsync(origin, "/echo");
            await Http2Checks.TrailersAsync(origin, "/echo");
        }
    }

    [ServerFact("node")]
    [Trait("rule", "R2-059"), Trait("rule", "R2-149")]
    public async Task Requests_go_on_after_each_GOAWAY()
    {
        await node.StartAsync();
        await Http2Checks.GoAwaysAsync(node.Origin, "/count", NodeServer.RequestsPerConnection);
        await Http2Checks.GoAwaysAsync(node.TlsOrigin, "/count", NodeServer.RequestsPerConnection);
    }

    [ServerFact("node")]
    public async Task Server_that_ends_and_comes_back_under_load_is_found_again()
    {
        await node.StartAsync();
        await Http2Checks.RestartAsync(node);
    }
}
