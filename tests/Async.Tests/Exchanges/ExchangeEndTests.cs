using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>
/// A long exchange (a challenge, a redirect with a body, one to another host, a retry) is ended from outside after every single
/// step of it. Whatever the moment, there is one outcome, nothing is left, and the client is usable.
/// </summary>
public class ExchangeEndTests
{
    private const string Address = "http://a.test/";

    private static readonly Lazy<int> s_steps = new(CountSteps);

    [Fact]
    [Trait("fault", "F-55")]
    [Trait("fault", "F-56")]
    public void Canceling_after_any_step_ends_it_with_the_callers_token()
    {
        int canceled = 0;
        for (int steps = 0; steps <= s_steps.Value; steps++)
        {
            using World world = Make();
            using CancellationTokenSource cancel = new();
            Task<Response> sending = world.Client.GetAsync(Address, cancel.Token);
            Step(world, sending, steps);
            cancel.Cancel();
            world.Drive(() => sending.IsCompleted);
            if (sending.IsCanceled)
            {
                canceled++;
                Assert.Equal(cancel.Token, world.Fails<OperationCanceledException>(sending).CancellationToken);
            }
            else
            {
                world.Run(sending).Dispose();
            }

            Assert.Equal("end", world.GetText("http://b.test/end"));
        }

        Assert.InRange(canceled, 20, s_steps.Value);
    }

    [Theory]
    [Trait("fault", "F-55")]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(100_000, false)]
    [InlineData(3, true)]
    public void A_response_does_not_overtake_a_cancellation(int bytes, bool isRedirected)
    {
        using World world = new();
        using CancellationTokenSource cancel = new();
        world.Serve("a.test", request =>
        {
            if (isRedirected && request.Target == "/")
            {
                return World.RedirectTo("/next");
            }

            cancel.Cancel(); // before the first byte of the answer
            return World.Reply(200, body: new('x', bytes));
        });
        Task<Response> sending = world.Client.GetAsync(Address, cancel.Token);
        Assert.Equal(cancel.Token, world.Fails<OperationCanceledException>(sending).CancellationToken);
    }

    [Fact]
    [Trait("fault", "F-55")]
    public void A_blocking_call_fails_when_the_connection_it_waited_for_has_no_poller_for_its_thread()
    {
        PollerShortage? shortage = null;
        using World world = new(o => o.MaxConnectionsPerServer = 1, around: network => shortage = new(network));
        world.Serve("a.test", _ => World.Reply(200, body: new('x', 200_000)));
        Response first = world.Get(Address);
        Exception? error = null;
        Thread blocked = new(() => error = Record.Exception(() => world.Client.Send(new Request("GET", Address))));
        blocked.Start();
        Assert.True(SpinWait.SpinUntil(() => world.Client.Pool.ActiveExchanges == 2, TimeSpan.FromMinutes(1)));
        shortage!.IsShort = true;
        Assert.Equal(200_000, world.Run(first.ReadAsByteArrayAsync()).Length);
        Assert.True(blocked.Join(TimeSpan.FromMinutes(1)), "The call was lost.");
        Assert.IsType<IOException>(error);
        shortage.IsShort = false;
        Assert.Equal(200_000, world.GetText(Address).Length);
    }

    [Fact]
    [Trait("fault", "F-57")]
    public void Disposing_the_client_after_any_step_ends_it()
    {
        for (int steps = 0; steps <= s_steps.Value; steps++)
        {
            using World world = Make();
            Task<Response> sending = world.Client.GetAsync(Address);
            Step(world, sending, steps);
            world.Client.Dispose();
            world.Drive(() => sending.IsCompleted);
            if (sending.IsCompletedSuccessfully)
            {
                world.Run(sending).Dispose();
            }
            else
            {
                world.Fails<ObjectDisposedException>(sending);
            }
        }
    }

    [Fact]
    [Trait("fault", "F-55")]
    public void A_limit_in_time_that_passes_at_any_moment_ends_it_at_that_moment()
    {
        for (int milliseconds = 1; milliseconds < 60; milliseconds++)
        {
            using World world = Make();
            TimeSpan start = world.Network.Clock.Elapsed;
            TimeSpan limit = TimeSpan.FromMilliseconds(milliseconds);
            Task<Response> sending = world.Client.SendAsync(new("GET", Address) { Options = new() { Timeout = limit } });
            world.Drive(() => sending.IsCompleted);
            if (sending.IsCompletedSuccessfully)
            {
                world.Run(sending).Dispose();
                continue;
            }

            Assert.Equal(limit, world.Fails<RequestTimeoutException>(sending).Limit);
            Assert.Equal(limit, world.Network.Clock.Elapsed - start);
        }
    }

    private static int CountSteps()
    {
        using World world = Make();
        Task<Response> sending = world.Client.GetAsync(Address);
        int steps = Step(world, sending, int.MaxValue);
        using Response response = world.Run(sending);
        Assert.Equal("end", world.Run(response.ReadAsStringAsync()));
        Assert.Equal("http://b.test/end", response.RequestUri.AbsoluteUri);
        return steps;
    }

    private static int Step(World world, Task sending, int most)
    {
        int steps = 0;
        for (; steps < most && !sending.IsCompleted; steps++)
        {
            if (!world.Loop.Poll() && !world.Network.Step())
            {
                break;
            }
        }

        return steps;
    }

    private static World Make()
    {
        World world = new(o =>
        {
            o.Credentials = new NetworkCredential("user", "word");
            o.MaxConnectionsPerServer = 1;
        }, isSteady: true); // its callers count steps
        LinkOptions link = new() { Latency = TimeSpan.FromMilliseconds(1), SegmentSize = 30 };
        bool broke = false;
        world.Serve(
            "a.test",
            r =>
            {
                if (r.Header("Authorization") is null)
                {
                    return World.Reply(401, "WWW-Authenticate: Basic realm=\"r\"", "a body in the way");
                }

                if (r.Target == "/")
                {
                    return World.RedirectTo("/retried", body: new string('x', 200));
                }

                if (!broke)
                {
                    broke = true;
                    return new ServerReply("") { Then = AfterReply.End };
                }

                return World.Reply(303, "Set-Cookie: s=1\r\nLocation: http://b.test/end", new string('y', 500));
            },
            link: link);
        world.Serve("b.test", _ => World.Reply(200, body: "end"), link: link);
        return world;
    }
}
