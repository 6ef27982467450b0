using System.Net;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using PollHttp.Tests.Wire;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>A connection stands still while an object of the user's is asked about a head: whoever waits for it must be able to ask.</summary>
public sealed class StandingConnectionTests
{
    private const string Address = "http://a.test/asked";
    private const string Challenge = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 4\r\n\r\nlost";

    private readonly Asked _asked = new();

    [Theory]
    [Trait("fault", "F-61")]
    [InlineData("stream")]
    [InlineData("sequence")]
    public void Credentials_are_asked_while_a_blocking_call_writes_its_content(string shape)
    {
        SimulatedNetwork network = new() { Link = new() { Latency = TimeSpan.FromMilliseconds(5), SendWindow = 50_000 } };
        HeadServer server = new(peer => peer.Send(Challenge)); // at once, and takes the content nevertheless
        network.Listen("a.test", 80, server);
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { Credentials = _asked });
        using Response response = client.Send(new Request("PUT", Address) { Content = ContentShapes.All[shape](new byte[2_000_000]) });
        Assert.Equal((401, "lost"), ((int)response.StatusCode, response.ReadAsString()));
        Assert.Equal(["NTLM"], _asked.Schemes);
        Assert.InRange(server.Contents[0].Length, 1_900_000, 2_000_000); // the rest is under way
    }

    [Fact]
    [Trait("fault", "F-61")]
    public void A_blocking_call_on_the_thread_of_a_loop_waits_for_a_connection_whose_head_is_to_be_judged()
    {
        using World world = New();
        Task<Response> asking = world.Client.GetAsync(Address);
        using (Response response = world.Client.Send(new Request("GET", "http://a.test/other")))
        {
            Assert.Equal("fine", response.ReadAsString());
        }

        Assert.Single(_asked.Schemes);
        Assert.False(asking.IsCompleted); // only what the call waited for was done out of turn
        world.Run(asking).Dispose();
    }

    [Fact]
    [Trait("fault", "F-61")]
    public void A_callback_on_the_thread_of_a_loop_may_block_while_a_head_is_to_be_judged()
    {
        string? inner = null;
        using World world = New();
        Request request = new("GET", Address)
        {
            Options = new()
            {
                OnInformational = _ =>
                {
                    using Response other = world.Client.Send(new Request("GET", "http://a.test/other"));
                    inner = other.ReadAsString();
                },
            },
        };
        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal((401, "fine"), ((int)response.StatusCode, inner));
        Assert.Single(_asked.Schemes);
    }

    [Fact]
    public void A_small_response_that_was_judged_leaves_its_connection_at_once()
    {
        using World world = New();
        Response unread = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, unread.StatusCode);
        Assert.Equal("fine", world.GetText("http://a.test/other"));
        Assert.Equal(1, world.Client.Pool.IdleConnections);
        Assert.Equal("lost", world.Run(unread.ReadAsStringAsync()));
    }

    [Fact]
    [Trait("fault", "F-55")]
    public void Nobody_is_asked_for_a_request_that_was_given_up()
    {
        Witness witness = new(onlyTakesNote: true); // as nobody runs user code before the end
        using World world = New(o => o.WireObserver = witness);
        using CancellationTokenSource cancel = new();
        Task<Response> asking = world.Client.GetAsync(Address, cancel.Token);
        while (witness.Told.Count < 3)
        {
            world.Loop.RunInputOutput(Timeout.InfiniteTimeSpan);
        }

        cancel.Cancel();
        world.Fails<OperationCanceledException>(asking);
        Assert.Empty(_asked.Schemes);
        Assert.Equal("fine", world.GetText("http://a.test/other"));
    }

    private World New(Action<PollHttpClientOptions>? configure = null)
    {
        World world = new(options =>
        {
            options.MaxConnectionsPerServer = 1;
            options.Credentials = _asked;
            configure?.Invoke(options);
        });
        world.Serve("a.test", static request => request.Target == "/asked"
            ? "HTTP/1.1 103 Early Hints\r\n\r\n" + Challenge
            : ServerReply.Text("fine"));
        return world;
    }

    /// <summary>Has nothing to say.</summary>
    private sealed class Asked : ICredentials
    {
        public List<string> Schemes { get; } = [];

        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            Schemes.Add(authType);
            return null;
        }
    }
}
