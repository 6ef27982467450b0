using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests;

public sealed class BearerTokenTests
{
    private const string Address = "http://a.test/";

    [Fact]
    public void The_token_of_a_request_goes_before_that_of_the_client_and_a_field_before_both()
    {
        using World world = new(options => options.BearerToken = "of-client");
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        world.Get(Address).Dispose();
        world.Run(world.Client.GetAsync(Address, new RequestOptions { BearerToken = "of-request" })).Dispose();
        Request request = new(HttpMethod.Get, Address)
        {
            Headers = { ["authorization"] = "Basic own" },
            Options = new() { BearerToken = "of-request" },
        };
        world.Run(world.Client.SendAsync(request)).Dispose();
        Assert.Equal(["Bearer of-client", "Bearer of-request", "Basic own"], server.Requests.Select(r => r.Header("Authorization")));
        Assert.All(server.Requests, r => Assert.Single(r.Headers, h => h.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void A_token_does_not_leave_its_origin()
    {
        using World world = new(options => options.BearerToken = "of-client");
        world.Serve("a.test", _ => World.RedirectTo("http://b.test/"));
        ScriptedHttpServer other = world.Serve("b.test", _ => World.Reply(200));
        world.Get(Address).Dispose();
        world.Run(world.Client.GetAsync(Address, new RequestOptions { BearerToken = "of-request" })).Dispose();
        Assert.Equal([null, null], other.Requests.Select(r => r.Header("Authorization")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret token")]
    [InlineData("secret\n")]
    [InlineData("secret\r\nX: 1")]
    [InlineData("sécret")]
    public void What_is_no_token_is_refused_without_showing_it(string token)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => new RequestOptions { BearerToken = token });
        Assert.Equal("BearerToken", error.ParamName);
        Assert.DoesNotContain("cret", error.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => new PollHttpClientOptions { BearerToken = token });
    }
}
