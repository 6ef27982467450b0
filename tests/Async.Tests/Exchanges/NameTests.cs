using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>Names that do not lead anywhere.</summary>
public class NameTests
{
    [Fact]
    [Trait("rule", "R-234")]
    public void A_name_that_is_unknown_and_one_without_addresses_are_told_apart()
    {
        using World world = new();
        world.Network.FailHost("unknown.test");
        world.Network.AddHost("empty.test");
        PollHttpException unknown = world.Fails<PollHttpException>(world.Client.GetAsync("http://unknown.test/"));
        PollHttpException empty = world.Fails<PollHttpException>(world.Client.GetAsync("http://empty.test/"));
        Assert.Equal(HttpRequestError.NameResolutionError, unknown.HttpRequestError);
        Assert.Equal(HttpRequestError.NameResolutionError, empty.HttpRequestError);
        Assert.NotNull(unknown.InnerException);
        Assert.Null(empty.InnerException);
        Assert.Contains("has no addresses", empty.Message, StringComparison.Ordinal);
        Assert.Equal(0, world.Network.OpenLookups);
    }

    [Fact]
    [Trait("rule", "R-234")]
    [Trait("ask", "A-05")]
    public void A_lookup_that_never_ends_is_part_of_connecting()
    {
        using World world = new(o => o.ConnectTimeout = TimeSpan.FromSeconds(3));
        world.Network.StallHost("slow.test");
        RequestTimeoutException error = world.Fails<RequestTimeoutException>(world.Client.GetAsync("http://slow.test/"));
        Assert.Equal(Core.ConnectPhase.Resolve, error.Phase);
        Assert.Equal(TimeSpan.FromSeconds(3), error.Limit);
        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Equal(0, world.Network.OpenLookups);
    }

    [Fact]
    [Trait("rule", "R-234")]
    [Trait("ask", "A-05")]
    public void A_lookup_is_given_up_with_its_request()
    {
        using World world = new();
        world.Network.StallHost("slow.test");
        using CancellationTokenSource cancel = new();
        Task<Response> sending = world.Client.GetAsync("http://slow.test/", cancel.Token);
        world.Loop.Poll();
        Assert.Equal(1, world.Network.OpenLookups);
        cancel.Cancel();
        OperationCanceledException error = world.Fails<OperationCanceledException>(sending);
        Assert.Equal(cancel.Token, error.CancellationToken);
    }
}
