using System.Net;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Priorities of requests (RFC 9218), which are a field in every version, and in HTTP/2 also an order of contents.</summary>
public sealed class RequestPriorityTests
{
    private const string Address = "http://a.test/";

    [Fact]
    public void Every_priority_is_written_as_the_field_has_it()
    {
        for (int urgency = 0; urgency <= 7; urgency++)
        {
            Assert.Equal($"u={urgency}", new RequestPriority { Urgency = urgency }.ToString());
            Assert.Equal($"u={urgency}, i", new RequestPriority { Urgency = urgency, Incremental = true }.ToString());
        }

        Assert.Equal((3, false), (new RequestPriority().Urgency, new RequestPriority().Incremental));
        Assert.Equal(new RequestPriority { Urgency = 1 }, new RequestPriority { Urgency = 1, Incremental = false });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(8)]
    public void Urgency_that_does_not_exist_is_refused(int urgency) =>
        Assert.Equal("Urgency", Assert.Throws<ArgumentOutOfRangeException>(() => new RequestPriority { Urgency = urgency }).ParamName);

    [Fact, Trait("rule", "R2-124")]
    public void Field_is_sent_in_HTTP_1_1_too_and_one_set_by_hand_goes_before_it()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", static _ => World.Reply(200));
        RequestOptions options = new() { Priority = new() { Urgency = 1, Incremental = true } };
        world.Get(Address).Dispose();
        world.Run(world.Client.GetAsync(Address, options)).Dispose();
        world.Run(world.Client.SendAsync(new Request("GET", Address) { Options = options, Headers = { { "priority", "u=6" } } })).Dispose();
        world.Run(world.Client.GetAsync(Address, new RequestOptions { BearerToken = "token", Priority = new() })).Dispose();
        Assert.Equal([null, "u=1, i", "u=6", "u=3"], server.Requests.Select(static r => r.Header("Priority")));
        Assert.All(server.Requests, static r => Assert.True(r.Headers.Count(static h => h.Key.Equals("priority", StringComparison.OrdinalIgnoreCase)) <= 1));
        Assert.Equal("Bearer token", server.Requests[3].Header("Authorization"));
    }

    [Fact, Trait("rule", "R2-124")]
    public void Urgent_content_overtakes_in_HTTP_2()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        ScriptedHttp2Server server = new("x");
        using World world = new();
        world.Network.Listen("a.test", 80, server, new ListenOptions { Link = new() { Latency = TimeSpan.FromMilliseconds(20) } });
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        world.GetText(Address);
        Task<Response>[] all = [.. new[] { 7, 0 }.Select(urgency => world.Client.PostAsync(
            Address, RequestContent.FromBytes(new byte[300_000]), new RequestOptions { Priority = new() { Urgency = urgency } }))];
        Array.ForEach(all, one => world.Run(one).Dispose());
        Assert.Equal(["u=7", "u=0"], server.Requests.Skip(1).Select(static r => r.Field("priority")));
        Assert.True(LastData(server, server.Requests[2].StreamId) < LastData(server, server.Requests[1].StreamId));
        Assert.Empty(server.Problems);
    }

    private static int LastData(ScriptedHttp2Server server, int streamId) =>
        server.Frames.Select(static (frame, i) => (frame, i)).Last(f => f.frame.Type == Http2FrameType.Data && f.frame.StreamId == streamId).i;
}
