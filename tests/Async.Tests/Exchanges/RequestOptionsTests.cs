using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class RequestOptionsTests
{
    private const string Address = "http://a.test/";

    [Fact]
    [Trait("ask", "A-04")]
    public void A_request_may_have_a_limit_in_time_of_its_own()
    {
        using World world = new();
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { Delay = TimeSpan.FromSeconds(10) });
        RequestTimeoutException error = world.Fails<RequestTimeoutException>(Send(world, new() { Timeout = TimeSpan.FromSeconds(3) }));
        Assert.Equal((TimeSpan.FromSeconds(3), TimerKind.Total), (error.Limit, error.Timer));
        world.Get(Address).Dispose();
    }

    [Fact]
    [Trait("ask", "A-04")]
    public void A_request_may_have_a_limit_for_its_head_of_its_own_and_the_next_one_on_the_connection_has_not()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { Delay = TimeSpan.FromSeconds(r.Target == "/" ? 2 : 0) });
        world.Get("http://a.test/quick").Dispose();
        world.Run(Send(world, new() { Timeouts = new() { ResponseHead = TimeSpan.FromSeconds(3) } })).Dispose();
        world.Get(Address).Dispose();
        Assert.Equal([1, 1, 1], server.Requests.Select(r => r.ConnectionNumber));
        RequestTimeoutException error = world.Fails<RequestTimeoutException>(Send(world, new() { Timeouts = new() { ResponseHead = TimeSpan.FromSeconds(1) } }));
        Assert.Equal((TimeSpan.FromSeconds(1), TimerKind.ResponseHead), (error.Limit, error.Timer));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public void A_request_may_have_a_limit_for_its_body_of_its_own(int limit, bool fits)
    {
        using World world = new();
        world.Serve("a.test", _ => World.Reply(200, body: "0123456789"));
        Task<Response> sending = Send(world, new() { Limits = new() { BodyBytes = limit } });
        if (fits)
        {
            using Response response = world.Run(sending);
            Assert.Equal("0123456789", world.Run(response.ReadAsStringAsync()));
        }
        else
        {
            Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, world.Fails<PollHttpException>(sending).HttpRequestError);
        }

        Assert.Equal("0123456789", world.GetText(Address));
    }

    [Fact]
    [Trait("past", "C-32")]
    public void Redirects_are_followed_as_the_request_says()
    {
        using World world = new(o => o.MaxAutomaticRedirections = 1);
        world.Serve("a.test", r => r.Target == "/3" ? World.Reply(200) : World.RedirectTo("/" + (r.Target == "/" ? 1 : int.Parse(r.Target[1..], null) + 1)));
        using Response none = world.Run(Send(world, new() { AllowAutoRedirect = false }));
        Assert.Equal(HttpStatusCode.Redirect, none.StatusCode);
        using Response all = world.Run(Send(world, new() { MaxAutomaticRedirections = 3 }));
        Assert.Equal(HttpStatusCode.OK, all.StatusCode);
        world.Fails<RedirectException>(Send(world, new())).Response.Dispose();
    }

    [Theory]
    [InlineData("http://stalled.test/", ConnectPhase.Resolve, TimerKind.Connect)]
    [InlineData("http://10.9.9.9/", ConnectPhase.Tcp, TimerKind.Connect)]
    [InlineData("https://tls.test/", ConnectPhase.Tls, TimerKind.TlsHandshake)]
    [Trait("ask", "A-04")]
    [Trait("rule", "R-250")]
    public void A_request_may_have_a_limit_for_connecting_of_its_own(string address, ConnectPhase phase, TimerKind timer)
    {
        using World world = WithoutAnswers();

        RequestTimeoutException error = world.Fails<RequestTimeoutException>(SendTo(world, address, new() { ConnectTimeout = TimeSpan.FromSeconds(2) }));
        Assert.Equal((phase, timer, TimeSpan.FromSeconds(2)), (error.Phase, error.Timer, error.Limit));

        RequestTimeoutException ordinary = world.Fails<RequestTimeoutException>(SendTo(world, address, new()));
        Assert.Equal((phase, timer, TimeSpan.FromSeconds(4)), (ordinary.Phase, ordinary.Timer, ordinary.Limit));
    }

    [Theory]
    [InlineData("http://stalled.test/", ConnectPhase.Resolve)]
    [InlineData("http://10.9.9.9/", ConnectPhase.Tcp)]
    [InlineData("https://tls.test/", ConnectPhase.Tls)]
    [Trait("rule", "R-250")]
    public void A_longer_or_no_limit_for_connecting_does_not_lengthen_the_whole(string address, ConnectPhase phase)
    {
        foreach (TimeSpan connect in new[] { TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan })
        {
            using World world = WithoutAnswers();
            TimeSpan start = world.Network.Clock.Elapsed;

            RequestTimeoutException error = world.Fails<RequestTimeoutException>(
                SendTo(world, address, new() { ConnectTimeout = connect, Timeout = TimeSpan.FromSeconds(6) }));

            Assert.Equal((phase, TimerKind.Total, TimeSpan.FromSeconds(6)), (error.Phase, error.Timer, error.Limit));
            Assert.Equal(TimeSpan.FromSeconds(6), world.Network.Clock.Elapsed - start);
        }
    }

    [Fact]
    public void A_limit_for_connecting_does_not_count_on_a_connection_that_is_there()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve(
            "a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { Delay = TimeSpan.FromSeconds(5) });
        world.Get(Address).Dispose();

        using Response response = world.Run(Send(world, new() { ConnectTimeout = TimeSpan.FromSeconds(1) }));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(server.Requests, r => Assert.Equal(1, r.ConnectionNumber));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_limit_for_connecting_is_more_than_nothing(int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequestOptions { ConnectTimeout = TimeSpan.FromMilliseconds(milliseconds) });

    private static World WithoutAnswers()
    {
        World world = new(o => o.ConnectTimeout = TimeSpan.FromSeconds(4));
        world.Network.StallHost("stalled.test");
        world.Network.BlackHole(new IPEndPoint(IPAddress.Parse("10.9.9.9"), 80));
        world.Network.Listen("tls.test", 443, new ScriptedHttpServer(), new() { Tls = TlsBehaviour.NeverAnswers });
        return world;
    }

    private static Task<Response> SendTo(World world, string address, RequestOptions options) =>
        world.Client.SendAsync(new("GET", address) { Options = options });

    private static Task<Response> Send(World world, RequestOptions options) => world.Client.SendAsync(new("GET", Address) { Options = options });
}
