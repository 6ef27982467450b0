using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Silence at every stage: each limit ends it at its time, by its name.</summary>
[Trait("ask", "A-05")]
public sealed class TimeoutTests
{
    private static readonly ServerReply s_never = new("") { Then = AfterReply.KeepOpen };

    public static TheoryData<string> Settings() => Setting.AllAndSync();

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_server_that_says_nothing_ends_in_the_total_timeout(string setting) =>
        Play.Run(
            setting,
            new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : s_never),
            async scene =>
            {
                RequestTimeoutException error = await Assert.ThrowsAsync<RequestTimeoutException>(() => scene.GetAsync("/silent"));
                Assert.Equal(TimerKind.Total, error.Timer);
                Assert.IsType<TimeoutException>(error.InnerException);
                Assert.Contains(scene.Address.Host, error.Message, StringComparison.Ordinal);
                Assert.Contains("2 s", error.Message, StringComparison.Ordinal);
                scene.Client.Timeout = TimeSpan.FromSeconds(30);
                await scene.AssertUsableAsync();
            },
            options => options.Timeout = TimeSpan.FromSeconds(2));

    [Fact]
    public void A_body_that_is_read_whole_is_under_the_total_timeout_too()
    {
        using ManualScene scene = new(configure: o => o.Timeout = TimeSpan.FromSeconds(5));
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));

        Expect(scene, 5, TimerKind.Total, ConnectPhase.Http, () => scene.Client.GetStringAsync("http://server.test/"));
    }

    [Fact]
    public void A_body_that_is_streamed_has_its_idle_limit_instead()
    {
        using ManualScene scene = new(configure: o =>
        {
            o.Timeout = TimeSpan.FromSeconds(5);
            o.Timeouts.BodyIdle = TimeSpan.FromSeconds(20);
        });
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));

        Expect(scene, 20, TimerKind.BodyIdle, ConnectPhase.Http, async () =>
        {
            using Response response = await scene.Client.GetAsync("http://server.test/");
            return await response.ReadAsByteArrayAsync();
        });
    }

    [Fact]
    [Trait("fault", "F-02")]
    public void A_name_server_that_never_answers_ends_in_the_connect_timeout()
    {
        using ManualScene scene = new(configure: o => o.ConnectTimeout = TimeSpan.FromSeconds(3));
        scene.Network.StallHost("stalled.test");
        scene.Serve(new ScriptedHttpServer(_ => ServerReply.Text("x")));

        Expect(scene, 3, TimerKind.Connect, ConnectPhase.Resolve, () => scene.Client.GetStringAsync("http://stalled.test/"));
    }

    [Fact]
    [Trait("fault", "F-05")]
    public void An_address_that_never_answers_ends_in_the_connect_timeout()
    {
        using ManualScene scene = new(configure: o => o.ConnectTimeout = TimeSpan.FromSeconds(3));
        scene.Network.BlackHole(new IPEndPoint(IPAddress.Parse("10.9.9.9"), 80));
        scene.Serve(new ScriptedHttpServer(_ => ServerReply.Text("x")));

        Expect(scene, 3, TimerKind.Connect, ConnectPhase.Tcp, () => scene.Client.GetStringAsync("http://10.9.9.9/"));
    }

    [Fact]
    [Trait("fault", "F-10")]
    public void A_handshake_that_is_never_answered_ends_in_its_own_timeout()
    {
        using ManualScene scene = new(configure: o => o.ConnectTimeout = TimeSpan.FromSeconds(3));
        scene.Network.Listen("tls.test", 443, new ScriptedHttpServer(), new() { Tls = TlsBehaviour.NeverAnswers });
        scene.Serve(new ScriptedHttpServer(_ => ServerReply.Text("x")));

        Expect(scene, 3, TimerKind.TlsHandshake, ConnectPhase.Tls, () => scene.Client.GetStringAsync("https://tls.test/"));
    }

    [Fact]
    [Trait("fault", "F-27")]
    public void A_head_that_does_not_end_is_given_up_at_the_head_limit()
    {
        using ManualScene scene = new(configure: o => o.Timeouts.ResponseHead = TimeSpan.FromSeconds(8));
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nX-Half: "));

        Expect(scene, 8, TimerKind.ResponseHead, ConnectPhase.Http, () => scene.Client.GetStringAsync("http://server.test/"));
    }

    [Fact]
    [Trait("fault", "F-30")]
    public void A_head_that_comes_byte_by_byte_does_not_outlive_the_head_limit()
    {
        using ManualScene scene = new(configure: o => o.Timeouts.ResponseHead = TimeSpan.FromSeconds(8));
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : new ServerReply(new string('H', 1000))
        {
            DribbleSize = 1,
            DribbleDelay = TimeSpan.FromSeconds(1),
        }));

        // The first bytes are no status line: that is found before the limit, unless they could still be one.
        Task<string> text = scene.Client.GetStringAsync("http://server.test/");
        Assert.ThrowsAny<Exception>(() => scene.Await(text));
        Assert.InRange(scene.Network.Clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8.1));
        scene.AssertUsable();
    }

    [Fact]
    public void A_request_that_waits_for_a_connection_is_under_the_total_timeout()
    {
        using ManualScene scene = new(configure: o =>
        {
            o.Timeout = TimeSpan.FromSeconds(5);
            o.MaxConnectionsPerServer = 1;
            o.Timeouts.ResponseHead = null;
        });
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : s_never));
        Task<string> first = scene.Client.GetStringAsync("http://server.test/1");
        scene.Network.Advance(TimeSpan.FromSeconds(2));
        scene.Settle();
        Task<string> second = scene.Client.GetStringAsync("http://server.test/2");

        Assert.Throws<RequestTimeoutException>(() => scene.Await(first));
        Assert.InRange(scene.Network.Clock.Elapsed.TotalSeconds, 5, 5.01);
        RequestTimeoutException error = Assert.Throws<RequestTimeoutException>(() => scene.Await(second));
        Assert.Equal(TimerKind.Total, error.Timer);
        Assert.InRange(scene.Network.Clock.Elapsed.TotalSeconds, 7, 7.01);
        scene.AssertUsable();
    }

    [Theory]
    [InlineData("defaults")]
    [InlineData("limits of the client")]
    [InlineData("limits of the request")]
    [InlineData("timeout of the request")]
    [InlineData("no timeout")]
    public void A_head_is_waited_for_as_long_as_the_timeout_says(string setting)
    {
        using ManualScene scene = new(configure: o =>
        {
            o.Timeout = setting switch
            {
                "timeout of the request" => TimeSpan.FromSeconds(5),
                "no timeout" => Timeout.InfiniteTimeSpan,
                _ => TimeSpan.FromMinutes(5),
            };
            o.Limits.BodyBytes = setting == "limits of the client" ? 1000 : null;
        });
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again"
            ? ServerReply.Text("x")
            : new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate") { Delay = TimeSpan.FromSeconds(290) }));
        Request request = new("GET", "http://server.test/slow")
        {
            Options = setting switch
            {
                "limits of the request" => new() { Limits = new() { BodyBytes = 1000 } },
                "timeout of the request" => new() { Timeout = TimeSpan.FromMinutes(5) },
                _ => null,
            },
        };

        using Response response = scene.Await(scene.Client.SendAsync(request));

        Assert.Equal("late", scene.Await(response.ReadAsStringAsync()));
        Assert.InRange(scene.Network.Clock.Elapsed.TotalSeconds, 290, 291);
    }

    [Fact]
    public void A_timeout_for_want_of_a_connection_names_the_limit_and_asks_for_responses_that_are_not_disposed()
    {
        using ManualScene scene = new(configure: o =>
        {
            o.Timeout = TimeSpan.FromSeconds(3);
            o.MaxConnectionsPerServer = 2;
            o.Timeouts.BodyIdle = null;
        });
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
        using (scene.Await(scene.Client.GetAsync("http://server.test/1")))
        using (scene.Await(scene.Client.GetAsync("http://server.test/2")))
        {
            RequestTimeoutException error = Assert.Throws<RequestTimeoutException>(
                () => scene.Await(scene.Client.GetAsync("http://user:secret@server.test/3?key=secret")));
            Assert.Equal(
                "GET http://server.test/3 timed out after 3 s (Timeout), waiting for one of 2 connections to http://server.test; "
                + "all are in use. Are responses disposed?",
                error.Message);
            Assert.Equal("/3", error.RequestUri!.AbsolutePath);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX-Half: ", false, "GET http://server.test/a timed out after 2 s (Timeout), waiting for the response head.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true, "GET http://server.test/a timed out after 2 s (Timeout), waiting for the rest of the response body.")]
    public void A_timeout_names_its_option_and_what_was_waited_for(string reply, bool isReadWhole, string message)
    {
        using ManualScene scene = new(configure: o => o.Timeout = TimeSpan.FromSeconds(2));
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : reply));
        Uri address = new("http://server.test/a?token=secret#part");

        RequestTimeoutException error = Assert.Throws<RequestTimeoutException>(() =>
        {
            if (isReadWhole)
            {
                scene.Await(scene.Client.GetStringAsync(address));
            }
            else
            {
                scene.Await(scene.Client.GetAsync(address));
            }
        });

        Assert.Equal(message, error.Message);
        Assert.Equal(address, error.RequestUri);
    }

    [Fact]
    public void Failures_before_and_in_the_body_name_method_and_path()
    {
        using ManualScene scene = new();
        scene.Serve(new ScriptedHttpServer(r => r.Target switch
        {
            "/again" => ServerReply.Text("x"),
            "/cut?q" => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") { Then = AfterReply.End },
            _ => new ServerReply("HTTP/7.1 200 OK\r\n\r\n"),
        }));

        PollHttpException head = Assert.Throws<PollHttpException>(() => scene.Await(scene.Client.PostAsync("http://server.test/head?q", RequestContent.FromString("x"))));
        PollHttpIOException body = Assert.Throws<PollHttpIOException>(() => scene.Await(scene.Client.GetStringAsync("http://server.test/cut?q")));

        Assert.StartsWith("POST http://server.test/head failed: ", head.Message, StringComparison.Ordinal);
        Assert.Equal("http://server.test/head?q", head.RequestUri!.AbsoluteUri);
        Assert.StartsWith("The response to GET http://server.test/cut broke off: ", body.Message, StringComparison.Ordinal);
        Assert.Equal("http://server.test/cut?q", body.RequestUri!.AbsoluteUri);
    }

    private static void Expect<T>(ManualScene scene, int seconds, TimerKind timer, ConnectPhase phase, Func<Task<T>> call)
    {
        TimeSpan start = scene.Network.Clock.Elapsed;
        RequestTimeoutException error = Assert.Throws<RequestTimeoutException>(() => scene.Await(call()));
        Assert.Equal((timer, phase), (error.Timer, error.Phase));
        Assert.Equal(TimeSpan.FromSeconds(seconds), error.Limit);
        Assert.InRange((scene.Network.Clock.Elapsed - start).TotalSeconds, seconds, seconds + 0.05);
        scene.Settle();
        Assert.Equal(0, scene.Network.OpenTransports);
        scene.AssertUsable();
    }
}
