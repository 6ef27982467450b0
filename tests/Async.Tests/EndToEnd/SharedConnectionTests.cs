using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Blocking and asynchronous calls of one client are served by the same connections, under the same limits, in one order.</summary>
public sealed class SharedConnectionTests
{
    [Theory]
    [InlineData("sockets, background, http")]
    [InlineData("sockets, background, https")]
    public void A_connection_goes_from_asynchronous_calls_to_blocking_ones_and_back(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("x"));
        Play.Run(setting, server, async scene =>
        {
            for (int i = 0; i < 20; i++)
            {
                await scene.AssertUsableAsync();
                Assert.Equal("x", Send(scene.Client, scene.Address.ToString()));
                Assert.Equal("x", Send(scene.Client, scene.Address.ToString()));
            }
        });

        Assert.Single(server.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Fact]
    public void A_blocking_call_on_another_thread_takes_an_idle_connection_of_a_loop_that_nobody_polls()
    {
        ScriptedHttpServer script = new(_ => ServerReply.Text("x"));
        using LoopbackServer server = new(script, isTls: false);
        using PollLoop loop = new();
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1 });
        string address = $"http://127.0.0.1:{server.Port}/";
        Get(loop, client, address);
        OnAnotherThread(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal("x", Send(client, address));
            }
        });
        Get(loop, client, address);
        Assert.Single(script.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Fact]
    public void An_idle_connection_of_an_unpolled_loop_that_has_ended_makes_room_for_a_new_one()
    {
        ScriptedHttpServer script = new(r => ServerReply.Text("x"));
        using LoopbackServer server = new(script, isTls: false);
        using PollLoop loop = new();
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1 });
        string address = $"http://127.0.0.1:{server.Port}/";
        Get(loop, client, address);
        server.CloseConnections();
        OnAnotherThread(() => Assert.Equal("x", Send(client, address)));
        Assert.Equal(1, client.Pool.OpenConnections);
    }

    [Fact]
    public void At_the_limit_a_blocking_call_waits_behind_the_asynchronous_ones_before_it()
    {
        SimulatedNetwork network = new() { Link = new() { Latency = TimeSpan.FromMilliseconds(40) } };
        ScriptedHttpServer server = new(r => ServerReply.Text(r.Target));
        network.Listen("server.test", 80, server);
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1 });
        Task<Response> first = client.GetAsync("http://server.test/1");
        Task<Response> second = client.GetAsync("http://server.test/2");
        Assert.Equal("/3", Send(client, "http://server.test/3"));
        Play.DriveUntil(loop, network, () => first.IsCompleted && second.IsCompleted);
        Assert.Equal(["/1", "/2", "/3"], server.Requests.Select(r => r.Target));
        Assert.Single(server.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Fact]
    public async Task At_the_limit_an_asynchronous_call_waits_until_the_body_of_a_blocking_one_is_read()
    {
        SimulatedNetwork network = new() { Link = new() { Latency = TimeSpan.FromMilliseconds(40) } };
        ScriptedHttpServer server = new(r => ServerReply.Text(new string('x', 300_000)));
        network.Listen("server.test", 80, server);
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1 });
        using Response response = client.Send(new Request("GET", "http://server.test/1"));
        Task<string> later = client.GetStringAsync("http://server.test/2");
        loop.Poll();
        Assert.Single(server.Requests);
        Assert.Equal(300_000, response.ReadAsString().Length);
        Play.DriveUntil(loop, network, () => later.IsCompleted);
        Assert.Equal(300_000, (await later).Length);
        Assert.Single(server.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Fact]
    public void At_the_limit_a_blocking_call_gives_up_at_its_deadline()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(_ => ""));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1, Timeout = TimeSpan.FromSeconds(30) });
        Task<Response> first = client.SendAsync(new Request("GET", "http://server.test/1") { Options = new() { Timeout = TimeSpan.FromHours(1) } });
        Assert.Throws<RequestTimeoutException>(() => Send(client, "http://server.test/2"));
        Assert.InRange(network.Clock.Elapsed.TotalSeconds, 30, 31);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task Asynchronous_and_blocking_calls_on_many_threads_share_few_connections()
    {
        ScriptedHttpServer script = new(r => ServerReply.Text(r.Target));
        using LoopbackServer server = new(script, isTls: false);
        using PollHttpClient client = new(new PollHttpClientOptions { MaxConnectionsPerServer = 3 });
        Task<string>[] sent = [.. Enumerable.Range(0, 8).Select(t => Task.Run(async () =>
        {
            for (int i = 0; i < 25; i++)
            {
                Assert.Equal($"/a{t}-{i}", await client.GetStringAsync($"http://127.0.0.1:{server.Port}/a{t}-{i}"));
            }

            return "";
        }))];
        Thread[] callers = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            for (int i = 0; i < 25; i++)
            {
                Assert.Equal($"/b{t}-{i}", Send(client, $"http://127.0.0.1:{server.Port}/b{t}-{i}"));
            }
        }))];
        Array.ForEach(callers, c => c.Start());
        Assert.All(callers, c => Assert.True(c.Join(TimeSpan.FromSeconds(60)), "A call hangs."));
        await Task.WhenAll(sent).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(400, script.Requests.Count);
        Assert.InRange(script.Requests.Select(r => r.ConnectionNumber).Distinct().Count(), 1, 3);
    }

    [Fact]
    public void Blocking_calls_that_are_redirected_lose_their_connections_to_each_other()
    {
        ScriptedHttpServer script = new(static r => r.Target == "/" ? "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n" : ServerReply.Text(r.Target));
        using LoopbackServer server = new(script, isTls: false);
        using PollLoop unused = new();
        using PollHttpClient client = new(unused, new() { MaxConnectionsPerServer = 2 });
        int wrong = 0;
        Thread[] callers = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                wrong += Send(client, $"http://127.0.0.1:{server.Port}/") == "/next" ? 0 : 1;
            }
        }) { IsBackground = true })];
        Array.ForEach(callers, c => c.Start());
        Assert.All(callers, c => Assert.True(c.Join(TimeSpan.FromSeconds(60)), "A call hangs."));
        Assert.Equal(0, wrong);
        Assert.Equal(320, script.Requests.Count);
    }

    [Fact]
    public async Task A_body_of_a_blocking_call_can_be_read_asynchronously_and_the_loop_polls_then()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 3_000_000))), isTls: false);
        using PollHttpClient client = new();
        using Response response = client.Send(new Request("GET", $"http://127.0.0.1:{server.Port}/"));
        Assert.Equal(3_000_000, (await response.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(60))).Length);
    }

    [Fact]
    public void A_connection_that_no_blocking_call_has_taken_for_a_second_is_watched_by_the_loop()
    {
        SimulatedNetwork network = new();
        ScriptedHttpServer server = new(_ => ServerReply.Text("x"));
        network.Listen("server.test", 80, server);
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        Send(client, "http://server.test/");
        Assert.Equal(1, client.Pool.IdleConnections);
        long start = network.Clock.Elapsed.Ticks;
        Play.DriveUntil(loop, network, () => network.Clock.Elapsed.Ticks - start > TimeSpan.FromSeconds(54).Ticks);
        Assert.Equal(1, client.Pool.IdleConnections);
        Play.DriveUntil(loop, network, () => network.Clock.Elapsed.Ticks - start > TimeSpan.FromSeconds(56).Ticks);
        Assert.Equal(0, client.Pool.OpenConnections);
    }

    private static string Send(PollHttpClient client, string address)
    {
        using Response response = client.Send(new Request("GET", address));
        return response.ReadAsString();
    }

    private static void Get(PollLoop loop, PollHttpClient client, string address)
    {
        Task<string> text = client.GetStringAsync(address);
        Play.DriveUntil(loop, null, () => text.IsCompleted);
        Assert.Equal("x", text.Result);
    }

    private static void OnAnotherThread(Action action)
    {
        Exception? error = null;
        Thread thread = new(() => error = Record.Exception(action));
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "A call hangs.");
        Assert.Null(error);
    }
}
