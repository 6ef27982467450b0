using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;

namespace PollHttp.Extensions.Http.Tests;

public sealed class ResilienceTests
{
    private static HttpClient ClientOf(ServiceProvider services) => services.GetRequiredService<IHttpClientFactory>().CreateClient("x");

    [Fact]
    public async Task Retry_sends_content_again_until_it_is_accepted()
    {
        int calls = 0;
        await using TestServer server = await TestServer.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            context.Response.StatusCode = Interlocked.Increment(ref calls) < 3 ? 503 : 200;
            await context.Response.WriteAsync(body);
        });
        ServiceCollection collection = new();
        collection.AddHttpClient("x").UsePollHttp().AddStandardResilienceHandler(static options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));
        await using ServiceProvider services = collection.BuildServiceProvider();
        using StringContent content = new("again");
        using HttpResponseMessage response = await ClientOf(services).PostAsync(server.Uri, content);
        Assert.Equal("again", await response.Content.ReadAsStringAsync());
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Retry_follows_a_connect_timeout()
    {
        await using TestServer server = await TestServer.StartAsync(static context => context.Response.WriteAsync("there"));
        int dials = 0;
        ServiceCollection collection = new();
        collection.AddHttpClient("x").UsePollHttp(handler =>
        {
            handler.ConnectTimeout = TimeSpan.FromMilliseconds(50);
            handler.ConnectCallback = async (context, token) =>
            {
                if (Interlocked.Increment(ref dials) == 1)
                {
                    await Task.Delay(Timeout.Infinite, token);
                }

                System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                socket.Connect(context.DnsEndPoint);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            };
        }).AddStandardResilienceHandler(static options =>
        {
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            options.Retry.MaxRetryAttempts = 8;
        });
        await using ServiceProvider services = collection.BuildServiceProvider();
        Assert.Equal("there", await ClientOf(services).GetStringAsync(server.Uri));
        Assert.True(dials >= 2);
    }


    [Fact]
    public async Task Retry_follows_a_refused_connection()
    {
        ServiceCollection collection = new();
        int tries = 0;
        collection.AddHttpClient("x").UsePollHttp().AddResilienceHandler("retry", builder => builder.AddRetry(new HttpRetryStrategyOptions
        {
            Delay = TimeSpan.Zero,
            MaxRetryAttempts = 2,
            OnRetry = _ =>
            {
                tries++;
                return default;
            },
        }));
        await using ServiceProvider services = collection.BuildServiceProvider();
        HttpRequestException error = await Assert.ThrowsAnyAsync<HttpRequestException>(() => ClientOf(services).GetAsync(new Uri("http://127.0.0.1:1/")));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task Circuit_breaker_opens_after_failures()
    {
        await using TestServer server = await TestServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        ServiceCollection collection = new();
        collection.AddHttpClient("x").UsePollHttp().AddResilienceHandler("breaker", static builder => builder.AddCircuitBreaker(
            new HttpCircuitBreakerStrategyOptions { MinimumThroughput = 2, FailureRatio = 0.5, BreakDuration = TimeSpan.FromMinutes(1) }));
        await using ServiceProvider services = collection.BuildServiceProvider();
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await ClientOf(services).GetAsync(server.Uri);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => ClientOf(services).GetAsync(server.Uri));
    }

    [Fact]
    public async Task Hedging_takes_the_answer_that_comes()
    {
        int calls = 0;
        TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                context.RequestAborted.Register(() => aborted.TrySetResult());
                await aborted.Task; // the first attempt is answered never, and canceled when the second one is
                return;
            }

            await context.Response.WriteAsync("second");
        });
        ServiceCollection collection = new();
        collection.AddHttpClient("x").UsePollHttp().AddStandardHedgingHandler().Configure(static options => options.Hedging.Delay = TimeSpan.FromMilliseconds(20));
        await using ServiceProvider services = collection.BuildServiceProvider();
        Assert.Equal("second", await ClientOf(services).GetStringAsync(server.Uri));
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
