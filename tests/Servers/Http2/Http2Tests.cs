using System.Net;
using System.Net.Http;
using System.Text;

namespace PollHttp.Servers.Tests;

/// <summary>HTTP/2 against nginx.</summary>
public sealed class NginxHttp2Tests(NginxHttp2Server nginx) : IClassFixture<NginxHttp2Server>
{
    [ServerFact("nginx")]
    [Trait("rule", "R2-133")]
    public async Task Bodies_given_up_leave_room_for_the_next()
    {
        await nginx.StartAsync();
        await Http2Checks.GivenUpAsync(nginx.Origin);
        await Http2Checks.GivenUpAsync(nginx.TlsOrigin);
    }

    [ServerFact("nginx")]
    public async Task Files_arrive_whole()
    {
        await nginx.StartAsync();
        await Http2Checks.FilesAsync(nginx.Origin);
        await Http2Checks.FilesAsync(nginx.TlsOrigin);
    }

    [ServerFact("nginx")]
    [Trait("rule", "R2-149")]
    public async Task Two_hundred_at_once_go_on_after_each_GOAWAY()
    {
        await nginx.StartAsync();
        await Http2Checks.ManyAsync(nginx.Origin, Http2Origin.Digits, Http2Origin.DigitsContent);
        await Http2Checks.ManyAsync(nginx.TlsOrigin, Http2Origin.Digits, Http2Origin.DigitsContent);
    }

    [ServerFact("nginx")]
    [Trait("rule", "R2-059")]
    public async Task Requests_one_by_one_go_on_after_each_GOAWAY()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = Http2Checks.NewClient();
        for (int i = 0; i < 250; i++)
        {
            Assert.Equal("GET ", await client.GetStringAsync(nginx.Origin + "/early"));
        }
    }

    [ServerFact("nginx")]
    [Trait("rule", "R2-060"), Trait("rule", "R2-061"), Trait("rule", "R2-127")]
    public async Task No_request_fails_while_the_server_reloads_under_load()
    {
        await nginx.StartAsync();
        await Http2Checks.ReloadAsync(nginx, "HUP");
    }

    [ServerFact("nginx")]
    [Trait("rule", "R2-039")]
    public async Task Answer_to_a_content_that_is_not_read_stands()
    {
        await nginx.StartAsync();
        await Http2Checks.PostsAsync(nginx.Origin, "/early", "POST 1000000");
        await Http2Checks.PostsAsync(nginx.TlsOrigin, "/early", "POST 1000000");
    }
}

/// <summary>HTTP/2 against nghttpd.</summary>
public sealed class NghttpdTests(NghttpdServer nghttpd) : IClassFixture<NghttpdServer>
{
    [ServerFact("nghttpd")]
    [Trait("rule", "R2-133")]
    public async Task Bodies_given_up_leave_room_for_the_next()
    {
        await nghttpd.StartAsync();
        await Http2Checks.GivenUpAsync(nghttpd.Origin);
        await Http2Checks.GivenUpAsync(nghttpd.TlsOrigin);
    }

    [ServerFact("nghttpd")]
    public async Task Files_arrive_whole()
    {
        await nghttpd.StartAsync();
        await Http2Checks.FilesAsync(nghttpd.Origin);
        await Http2Checks.FilesAsync(nghttpd.TlsOrigin);
    }

    [ServerFact("nghttpd")]
    public async Task Two_hundred_at_once_come_back()
    {
        await nghttpd.StartAsync();
        await Http2Checks.ManyAsync(nghttpd.Origin, Http2Origin.Digits, Http2Origin.DigitsContent);
        await Http2Checks.ManyAsync(nghttpd.TlsOrigin, Http2Origin.Digits, Http2Origin.DigitsContent);
    }

    [ServerFact("nghttpd")]
    public async Task Contents_are_echoed_with_trailers_behind_them()
    {
        await nghttpd.StartAsync();
        await Http2Checks.PostsAsync(nghttpd.Origin, Http2Origin.Digits, new string('\0', 1_000_000));
        await Http2Checks.EchoAsync(nghttpd.TlsOrigin, Http2Origin.Digits);
        await using PollHttpClient client = Http2Checks.NewClient();
        using Response response = await client.GetAsync(nghttpd.TlsOrigin + Http2Origin.Digits);
        Assert.Equal(Http2Origin.DigitsContent, await response.ReadAsByteArrayAsync());
        Assert.Equal("done", Assert.Single(response.Trailers).Value);
    }

    [ServerFact("nghttpd")]
    public async Task Server_that_ends_and_comes_back_under_load_is_found_again()
    {
        await nghttpd.StartAsync();
        await Http2Checks.RestartAsync(nghttpd);
    }
}

/// <summary>HTTP/2 against Apache.</summary>
public sealed class ApacheHttp2Tests(ApacheHttp2Server apache) : IClassFixture<ApacheHttp2Server>
{
    [ServerFact("apache2")]
    [Trait("rule", "R2-133")]
    public async Task Bodies_given_up_leave_room_for_the_next()
    {
        await apache.StartAsync();
        await Http2Checks.GivenUpAsync(apache.Origin);
        await Http2Checks.GivenUpAsync(apache.TlsOrigin);
    }

    [ServerFact("apache2")]
    public async Task Files_arrive_whole()
    {
        await apache.StartAsync();
        await Http2Checks.FilesAsync(apache.Origin);
        await Http2Checks.FilesAsync(apache.TlsOrigin);
    }

    [ServerFact("apache2")]
    public async Task Two_hundred_at_once_come_back_within_a_limit_of_twenty()
    {
        await apache.StartAsync();
        await Http2Checks.ManyAsync(apache.Origin, Http2Origin.Digits, Http2Origin.DigitsContent);
        await Http2Checks.ManyAsync(apache.TlsOrigin, Http2Origin.Digits, Http2Origin.DigitsContent);
    }

    [ServerFact("apache2")]
    public async Task Contents_are_echoed()
    {
        await apache.StartAsync();
        await Http2Checks.PostsAsync(apache.Origin, "/echo", new string('\0', 1_000_000));
        await Http2Checks.EchoAsync(apache.Origin, "/echo");
        await Http2Checks.EchoAsync(apache.TlsOrigin, "/echo");
    }

    [ServerFact("apache2")]
    public async Task Server_that_ends_and_comes_back_under_load_is_found_again()
    {
        await apache.StartAsync();
        await Http2Checks.RestartAsync(apache);
    }
}

/// <summary>HTTP/2 against HAProxy.</summary>
public sealed class HaproxyHttp2Tests(HaproxyHttp2Server haproxy) : IClassFixture<HaproxyHttp2Server>
{
    [ServerFact("haproxy", "nghttpd")]
    public async Task Two_hundred_at_once_come_back_within_a_limit_of_seven()
    {
        await haproxy.StartAsync();
        await Http2Checks.ManyAsync(haproxy.Origin, "/", Encoding.ASCII.GetBytes("ok"));
        await Http2Checks.ManyAsync(haproxy.TlsOrigin, "/", Encoding.ASCII.GetBytes("ok"));
    }

    [ServerFact("haproxy", "nghttpd")]
    public async Task Contents_are_counted()
    {
        await haproxy.StartAsync();
        await using PollHttpClient client = Http2Checks.NewClient();
        foreach (string origin in (string[])[haproxy.Origin, haproxy.TlsOrigin])
        {
            using Response response = await client.PostAsync(origin + "/echo", RequestContent.FromBytes(new byte[10_000]));
            Assert.Equal((HttpStatusCode.OK, "POST 10000"), (response.StatusCode, await response.ReadAsStringAsync()));
        }
    }

    [ServerFact("haproxy", "nghttpd")]
    public async Task Files_contents_and_trailers_pass_through_to_another_server_of_HTTP_2()
    {
        await haproxy.StartAsync();
        await Http2Checks.FilesAsync(haproxy.Origin);
        await Http2Checks.FilesAsync(haproxy.TlsOrigin);
        await Http2Checks.EchoAsync(haproxy.TlsOrigin, Http2Origin.Digits);
        await using PollHttpClient client = Http2Checks.NewClient();
        using Response response = await client.GetAsync(haproxy.Origin + Http2Origin.Digits);
        await response.ReadAsByteArrayAsync();
        Assert.Equal("done", Assert.Single(response.Trailers).Value);
    }

    [ServerFact("haproxy", "nghttpd")]
    public async Task Server_that_ends_and_comes_back_under_load_is_found_again()
    {
        await haproxy.StartAsync();
        await Http2Checks.RestartAsync(haproxy);
    }

    [ServerFact("haproxy", "nghttpd")]
    [Trait("rule", "R2-060"), Trait("rule", "R2-061"), Trait("rule", "R2-127")]
    public async Task No_request_fails_while_the_server_reloads_under_load()
    {
        await haproxy.StartAsync();
        await Http2Checks.ReloadAsync(haproxy, "USR2");
    }
}
