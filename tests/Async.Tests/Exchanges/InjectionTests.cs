using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>No text that a caller or a server hands in becomes lines of a request that nobody wrote.</summary>
public class InjectionTests
{
    public static TheoryData<string, bool> Addresses()
    {
        TheoryData<string, bool> data = [];
        foreach (string end in (string[])["\r\n", "\n", "\r", "\0", "\u0085", "\u2028", "\u560d\u560a", "\u010d\u010a", " HTTP/1.1\r\n"])
        {
            foreach (bool isProxied in (bool[])[false, true])
            {
                data.Add($"http://a.test/x{end}X-Evil: 1", isProxied);
                data.Add($"http://a.test/?q={end}X-Evil: 1", isProxied);
            }
        }

        return data;
    }

    [Theory]
    [Trait("past", "C-23")]
    [MemberData(nameof(Addresses))]
    public void An_address_cannot_end_the_request_line(string address, bool isProxied)
    {
        using World world = new(o => o.Proxy = isProxied ? new WebProxy("http://proxy.test:3128") : null);
        ScriptedHttpServer server = world.Serve(isProxied ? "proxy.test" : "a.test", _ => World.Reply(200), isProxied ? 3128 : 80);
        world.Get(address).Dispose();
        AssertOneCleanRequest(server.Requests[0]);
        Assert.Single(server.Requests);
    }

    [Theory]
    [Trait("past", "C-23")]
    [InlineData("/x%0d%0aX-Evil:%201")]
    [InlineData("//a.test/x%0D%0AX-Evil:%201")]
    [InlineData("/x\u010d\u010aX-Evil: 1")]
    [InlineData("/x\tX-Evil:1")]
    public void A_servers_Location_cannot_either(string location)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo(location) : World.Reply(200));
        world.Get("http://a.test/").Dispose();
        AssertOneCleanRequest(server.Requests[1]);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    [Trait("past", "C-26")]
    public void A_redirect_does_not_tell_where_it_came_from()
    {
        using World world = new();
        world.Serve("a.test", _ => World.RedirectTo("http://b.test/"));
        ScriptedHttpServer server = world.Serve("b.test", _ => World.Reply(200));
        world.Get("http://user:pass@a.test/?secret#fragment").Dispose();
        Assert.Null(server.Requests[0].Header("Referer"));
        Assert.DoesNotContain(server.Requests[0].Headers, h => h.Value.Contains("secret", StringComparison.Ordinal) || h.Value.Contains("pass", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("past", "C-36")]
    [InlineData('@')]
    [InlineData(':')]
    [InlineData('[')]
    [InlineData('%')]
    public void A_mebibyte_of_separators_for_an_authority_is_refused(char separator)
    {
        // Quadratic work would show as a test that does not end.
        using World world = new();
        world.FailsAtOnce<Exception>("http://" + new string(separator, 1 << 20) + "/");
    }

    private static void AssertOneCleanRequest(ServerRequest request)
    {
        Assert.Null(request.Header("X-Evil"));
        Assert.All(request.Target, c => Assert.InRange(c, '!', '~'));
    }
}
