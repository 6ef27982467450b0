using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/retry-and-authentication.md.</summary>
public sealed class MiddlewareExamples
{
    private int _tokens;

    [Fact]
    public void A_token_ends_and_the_server_is_busy()
    {
        SimulatedNetwork network = new();
        Queue<ServerReply> replies = new(
        [
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
            ServerReply.Text("the items"),
        ]);
        ScriptedHttpServer server = new(_ => replies.Dequeue());
        network.Listen("api.example", 80, server);
        DateTimeOffset start = network.TimeProvider.GetUtcNow();
        PollLoop.Run(
            async loop =>
            {
                // example: middleware
                using var client = new PollHttpClient(new PollHttpClientOptions
                {
                    Loop = loop,                                              // your own loop; null for background drive
                    Middleware = { new CallLog(Console.Error), new RenewedToken(FetchTokenAsync), new Retry() },
                });
                string answer = await client.GetStringAsync("http://api.example/items");
                // end
                Assert.Equal("the items", answer);
            },
            network);
        Assert.Equal(["Bearer t1", "Bearer t2", "Bearer t2"], server.Requests.Select(r => r.Header("Authorization")));
        Assert.InRange(network.TimeProvider.GetUtcNow() - start, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
    }

    [Fact]
    public void A_server_that_is_not_there_is_tried_three_times()
    {
        SimulatedNetwork network = new();
        DateTimeOffset start = network.TimeProvider.GetUtcNow();
        using StringWriter log = new();
        PollLoop.Run(
            async loop =>
            {
                using PollHttpClient client = new(new PollHttpClientOptions { Loop = loop, Middleware = { new CallLog(log), new Retry() } });
                await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync("http://nowhere.example/"));
            },
            network);
        Assert.InRange(network.TimeProvider.GetUtcNow() - start, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
        Assert.Equal("", log.ToString());
    }

    [Fact]
    public void A_blocking_call_is_logged_too()
    {
        SimulatedNetwork network = new();
        network.Listen("api.example", 80, new ScriptedHttpServer(_ => ServerReply.Text("the items")));
        using StringWriter log = new() { NewLine = "\n" };
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new PollHttpClientOptions { Middleware = { new CallLog(log) } });
        Assert.Equal("the items", client.GetString("http://api.example/items?key=secret"));
        Assert.Equal("GET http://api.example/items 200\n", log.ToString());
    }

    [Fact]
    public void Resilience_is_set_up()
    {
        ServiceCollection services = new();
        Add(services);
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<CatalogClient>());
        Assert.NotNull(provider.GetRequiredService<PollHttpClient>());
    }

    private static void Add(IServiceCollection services)
    {
        // example: middleware-services
        services.AddSingleton<Retry>();
        services.AddPollHttpClient((options, provider) => options.Middleware.Add(provider.GetRequiredService<Retry>()));
        // end

        // example: resilience
        services.AddHttpClient<CatalogClient>(http => http.BaseAddress = new Uri("http://catalog.example/"))
            .UsePollHttp()
            .AddStandardResilienceHandler(options => options.Retry.MaxRetryAttempts = 5);
        // end
    }

    private Task<string> FetchTokenAsync(CancellationToken cancellationToken) => Task.FromResult($"t{++_tokens}");

    internal sealed class CatalogClient(HttpClient http)
    {
        public Task<string> GetAsync() => http.GetStringAsync("/items");
    }

    // example: middleware-retry
    sealed class Retry : RequestMiddleware
    {
        public override async Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken)
        {
            for (int attempt = 1; ; attempt++)
            {
                TimeSpan wait = TimeSpan.FromSeconds(attempt);
                bool isLast = attempt == 3 || !MayRepeat(request);
                try
                {
                    Response response = await next.SendAsync(request, cancellationToken);
                    if (isLast || response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
                    {
                        return response;
                    }

                    wait = response.GetRetryAfter(next.TimeProvider) ?? wait;
                    response.Dispose();
                }
                catch (PollHttpException) when (!isLast)
                {
                    // No response arrived; the next attempt uses a new connection.
                }

                await Task.Delay(wait, next.TimeProvider, cancellationToken); // virtual time in a test, so it takes none
            }
        }

        // The method is idempotent (RFC 9110 §9.2.2), and the content can be read again.
        private static bool MayRepeat(Request request) =>
            request.Method is "GET" or "HEAD" or "PUT" or "DELETE" && request.Content is null or { IsReplayable: true };
    }
    // end

    // example: middleware-token
    sealed class RenewedToken(Func<CancellationToken, Task<string>> fetch) : RequestMiddleware
    {
        private volatile string? _token;

        public override async Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken)
        {
            string token = _token ??= await fetch(cancellationToken);
            request.Headers["Authorization"] = "Bearer " + token;
            Response response = await next.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized || request.Content is { IsReplayable: false })
            {
                return response;
            }

            response.Dispose();
            request.Headers["Authorization"] = "Bearer " + (_token = await fetch(cancellationToken));
            return await next.SendAsync(request, cancellationToken);
        }
    }
    // end

    // example: middleware-log
    sealed class CallLog(TextWriter log) : RequestMiddleware
    {
        public override async Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken) =>
            Note(request, await next.SendAsync(request, cancellationToken));

        public override Response Send(Request request, RequestSender next, CancellationToken cancellationToken) =>
            Note(request, next.Send(request, cancellationToken));

        private Response Note(Request request, Response response)
        {
            log.WriteLine($"{request.Method} {request.Uri.GetLeftPart(UriPartial.Path)} {(int)response.StatusCode}");
            return response;
        }
    }
    // end
}
