using System.Buffers;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Wire;

/// <summary>Whatever ends an attempt ends its record, once, with what it failed with.</summary>
[Trait("ask", "A-24")]
public sealed class WireEndTests
{
    private const string Address = "http://a.test/";

    private readonly Witness _witness = new();

    [Fact]
    public void A_body_that_the_call_reads_ends_with_its_time()
    {
        using World world = New(o => o.Timeout = TimeSpan.FromSeconds(2));
        world.Serve("a.test", _ => Halting());
        Assert.ThrowsAny<RequestTimeoutException>(() => world.Run(world.Client.GetStringAsync(Address)));
        Assert.Equal(["0 request GET /", "0 response 200", "0 end RequestTimeoutException"], _witness.Told);
        Assert.Equal(TimeSpan.FromSeconds(2), _witness.Ended[0].Elapsed);
    }

    [Fact]
    public void A_body_that_the_call_reads_ends_with_its_cancellation()
    {
        using World world = New();
        world.Serve("a.test", _ => Halting());
        Task<string> reading = world.Client.GetStringAsync(Address);
        world.Drive(() => _witness.Told.Count == 2);
        world.Client.CancelPendingRequests();
        Assert.ThrowsAny<OperationCanceledException>(() => world.Run(reading));
        world.Drive(() => _witness.Told.Count == 3);
        Assert.Equal("0 end TaskCanceledException", _witness.Told[2]);
    }

    [Fact]
    public void A_content_that_fails_ends_its_attempt()
    {
        using World world = New();
        world.Serve("a.test", _ => World.Reply(200));
        RequestContent content = RequestContent.FromWriter((writer, _) =>
        {
            writer.Write("some"u8);
            throw new FormatException("mine");
        });
        FormatException error = world.Fails<FormatException>(world.Client.PostAsync(Address, content));
        Assert.Same(error, Assert.Single(_witness.Ended).Error);
    }

    [Fact]
    public void An_early_response_ends_with_the_content()
    {
        using World world = New();
        world.Network.Listen("a.test", 80, Early("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        TaskCompletionSource go = new();
        RequestContent content = RequestContent.FromWriter(async (writer, token) =>
        {
            writer.Write("one"u8);
            await writer.FlushAsync(token);
            await go.Task;
            writer.Write("two"u8);
        });
        using Response response = world.Run(world.Client.PostAsync(Address, content));
        Assert.Equal(["0 request POST /", "0 response 200"], _witness.Told);
        go.SetResult();
        world.Drive(() => _witness.Told.Count == 3);
        WireExchange attempt = Assert.Single(_witness.Ended);
        Assert.Equal((true, 6L), (attempt.IsWhole, attempt.RequestBodyBytes));
        Assert.NotNull(attempt.Timings.Sent);
    }

    [Fact]
    public void A_refusal_ends_the_content_and_the_attempt()
    {
        using World world = New();
        world.Network.Listen("a.test", 80, Early("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"));
        RequestContent content = RequestContent.FromWriter(async (writer, token) =>
        {
            writer.Write("one"u8);
            await writer.FlushAsync(token);
            await Task.Delay(Timeout.InfiniteTimeSpan, world.Network.Clock, token);
        });
        world.Run(world.Client.PostAsync(Address, content)).Dispose();
        world.Drive(() => _witness.Told.Count == 3);
        WireExchange attempt = Assert.Single(_witness.Ended);
        Assert.Equal((true, 3L), (attempt.IsWhole, attempt.RequestBodyBytes));
        Assert.Null(attempt.Timings.Sent);
    }

    [Fact]
    public void A_call_whose_turn_never_comes_was_never_on_the_wire()
    {
        using World world = New(o => o.MaxConnectionsPerServer = 1);
        world.Serve("a.test", _ => Halting());
        using Response first = world.Get(Address);
        Request request = new("GET", Address) { Options = new() { Timeout = TimeSpan.FromSeconds(1) } };
        world.Fails<RequestTimeoutException>(world.Client.SendAsync(request));
        WireExchange attempt = Assert.Single(_witness.Ended);
        Assert.True(attempt is { Request: null, Error: RequestTimeoutException });
    }

    [Fact]
    public void The_end_of_the_client_ends_what_is_under_way()
    {
        using World world = New();
        world.Serve("a.test", _ => new ServerReply("") { Delay = TimeSpan.FromHours(1) });
        Task<Response> sending = world.Client.GetAsync(Address);
        world.Drive(() => _witness.Told.Count == 1);
        world.Client.Dispose();
        Exception error = world.Fails<Exception>(sending);
        Assert.Same(error, Assert.Single(_witness.Ended).Error);
    }

    [Fact]
    public void What_a_policy_throws_ends_the_attempt_it_is_about()
    {
        using World world = New(o => o.RedirectPolicy = static _ => throw new FormatException("mine"));
        world.Serve("a.test", _ => World.RedirectTo("/on", body: ""));
        world.Fails<FormatException>(world.Client.GetAsync(Address));
        Assert.Equal(["0 request GET /", "0 response 302", "0 end FormatException"], _witness.Told);
    }

    private World New(Action<PollHttpClientOptions>? configure = null) => new(o =>
    {
        o.WireObserver = _witness;
        configure?.Invoke(o);
    });

    private static ServerReply Halting() => new("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + new string('x', 1000));

    /// <summary>Answers once, when something has come.</summary>
    private static Action<ServerPeer> Early(string reply)
    {
        bool answered = false;
        return peer =>
        {
            peer.Consume(peer.Received.Length);
            if (!answered)
            {
                answered = true;
                peer.Send(Encoding.Latin1.GetBytes(reply));
            }
        };
    }
}
