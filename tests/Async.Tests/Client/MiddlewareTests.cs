using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests;

public sealed class MiddlewareTests
{
    private const string Address = "http://a.test/x";

    private readonly List<string> _events = [];

    [Fact]
    public void They_are_called_in_order_with_a_request_of_their_own()
    {
        using World world = new(options =>
        {
            options.BaseAddress = new Uri("http://a.test/");
            options.Middleware.Add(new Noting(_events, "outer"));
            options.Middleware.Add(new Noting(_events, "inner"));
        });
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        RequestOptions own = new();
        Request request = new("POST", "x") { Headers = { { "A", "1" } }, Content = RequestContent.FromString("content"), Options = own };
        world.Run(world.Client.SendAsync(request)).Dispose();
        world.Client.Send(request).Dispose();

        Assert.Equal(
            Enumerable.Repeat<string[]>(["outer POST http://a.test/x", "inner POST http://a.test/x", "inner 200", "outer 200"], 2).SelectMany(e => e), _events);
        Assert.All(server.Requests, r => Assert.Equal(("1", "outer, inner", "content"), (r.Header("A"), r.Header("Passed"), r.BodyText)));
        Assert.Equal(["A"], request.Headers.Select(h => h.Name));
        Assert.Same(own, request.Options);
    }

    [Fact]
    public void Every_call_goes_through()
    {
        using World world = new(options => options.Middleware.Add(new Noting(_events, "m")));
        world.Serve("a.test", _ => World.Reply(200, body: "[7]"));
        PollHttpClient client = world.Client;
        world.Run(client.GetAsync(Address)).Dispose();
        world.Run(client.GetAsync(Address, HttpCompletionOption.ResponseContentRead)).Dispose();
        world.Run(client.HeadAsync(Address)).Dispose();
        world.Run(client.PostAsync(Address, RequestContent.FromString(""), new RequestOptions())).Dispose();
        Assert.Equal("[7]", world.Run(client.GetStringAsync(Address)));
        Assert.Equal([7], world.Run(client.GetFromJsonAsync<int[]>(Address))!);
        world.Run(client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address))).Dispose();
        client.Delete(Address).Dispose();
        Assert.Equal("[7]", client.GetString(Address));
        client.Send(new HttpRequestMessage(HttpMethod.Get, Address), HttpCompletionOption.ResponseContentRead).Dispose();
        Assert.Equal(
            ["GET", "GET", "HEAD", "POST", "GET", "GET", "GET", "DELETE", "GET", "GET"],
            _events.Where(e => e.EndsWith(Address, StringComparison.Ordinal)).Select(e => e.Split(' ')[1]));
    }

    [Fact]
    public void A_repeat_waits_in_the_time_of_the_client_and_sends_the_content_again()
    {
        int answers = 0;
        SimulatedNetwork network = new();
        ScriptedHttpServer server = new(_ => ++answers < 3 ? World.Reply(503, "Retry-After: 3600", "busy") : World.Reply(200, body: "done"));
        network.Listen("a.test", 80, server);
        DateTimeOffset start = network.TimeProvider.GetUtcNow();
        PollLoop.Run(
            async loop =>
            {
                using PollHttpClient client = new(loop, new PollHttpClientOptions { Middleware = { new Repeating() } });
                using Response response = await client.PutAsync(Address, RequestContent.FromString("content"));
                Assert.Equal("done", await response.ReadAsStringAsync());
            },
            network);
        Assert.InRange(network.TimeProvider.GetUtcNow() - start, TimeSpan.FromHours(2), TimeSpan.FromMinutes(121));
        Assert.Equal(["content", "content", "content"], server.Requests.Select(r => r.BodyText));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public void Redirects_are_below_it()
    {
        using World world = new(options => options.Middleware.Add(new Noting(_events, "m")));
        world.Serve("a.test", r => r.Target == "/x" ? World.RedirectTo("/y") : World.Reply(200));
        world.Get(Address).Dispose();
        Assert.Equal(["m GET http://a.test/x", "m 200"], _events);
    }

    [Fact]
    public void The_version_of_a_message_and_the_limit_of_a_whole_body_stay_with_the_call()
    {
        using StringWriter log = new();
        using World world = new(options =>
        {
            options.Middleware.Add(new Noting(_events, "m"));
            options.WireObserver = new WireLog(log);
        });
        world.Serve("a.test", r => r.Target == "/slow"
            ? new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            : World.Reply(200));
        world.Run(world.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address) { Version = HttpVersion.Version10 })).Dispose();
        Assert.Contains("GET /x HTTP/1.0", log.ToString(), StringComparison.Ordinal);
        world.Client.Timeout = TimeSpan.FromSeconds(5);
        Task<string> reading = world.Client.GetStringAsync("http://a.test/slow");
        world.Drive(() => reading.IsCompleted);
        Assert.Equal(TimerKind.Total, Assert.Throws<RequestTimeoutException>(() => reading.GetAwaiter().GetResult()).Timer);
    }

    [Fact]
    public void A_blocking_call_does_not_go_past_one_that_only_awaits()
    {
        using World world = new(options => options.Middleware.Add(new Repeating()));
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => world.Client.Get(Address));
        Assert.Contains(nameof(Repeating), error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void What_it_throws_is_the_outcome_of_the_call()
    {
        using World world = new(options => options.Middleware.Add(new Throwing()));
        Assert.IsType<FormatException>(world.Client.GetAsync(Address).Exception!.InnerException);
        Assert.Throws<FormatException>(() => world.Client.Get(Address));
        world.Client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => world.Client.Get(Address));
    }

    [Fact]
    public void A_sender_of_no_call_and_a_null_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => default(RequestSender).Send(new Request("GET", Address)));
        PollHttpClientOptions options = new() { Middleware = { null! } };
        Assert.Throws<ArgumentException>(() => new PollHttpClient(options));
    }

    private sealed class Noting(List<string> events, string name) : RequestMiddleware
    {
        public override async Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken) =>
            After(await next.SendAsync(Before(request), cancellationToken));

        public override Response Send(Request request, RequestSender next, CancellationToken cancellationToken) =>
            After(next.Send(Before(request), cancellationToken));

        private Request Before(Request request)
        {
            events.Add($"{name} {request.Method} {request.Uri}");
            request.Headers["Passed"] = request.Headers["Passed"] is { } passed ? $"{passed}, {name}" : name;
            request.Options = null;
            return request;
        }

        private Response After(Response response)
        {
            events.Add($"{name} {(int)response.StatusCode}");
            return response;
        }
    }

    private sealed class Repeating : RequestMiddleware
    {
        public override async Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken)
        {
            while (true)
            {
                Response response = await next.SendAsync(request, cancellationToken);
                if (response.GetRetryAfter(next.TimeProvider) is not { } wait)
                {
                    return response;
                }

                response.Dispose();
                await Task.Delay(wait, next.TimeProvider, cancellationToken);
            }
        }
    }

    private sealed class Throwing : RequestMiddleware
    {
        public override Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken) =>
            Task.FromException<Response>(new FormatException());

        public override Response Send(Request request, RequestSender next, CancellationToken cancellationToken) => throw new FormatException();
    }
}
