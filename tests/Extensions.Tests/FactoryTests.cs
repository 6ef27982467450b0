using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PollHttp.Testing;

namespace PollHttp.Extensions.Http.Tests;

public sealed class FactoryTests
{
    private sealed class Greeter(HttpClient client)
    {
        public Task<string> GreetAsync() => client.GetStringAsync("/greeting");
    }

    [Fact]
    public async Task A_named_client_sends_through_our_handler()
    {
        await using TestServer server = await TestServer.StartAsync(static context => context.Response.WriteAsync(context.Request.Path));
        await using ServiceProvider services = new ServiceCollection()
            .AddHttpClient("x").UsePollHttp(static handler => handler.MaxConnectionsPerServer = 3).Services.BuildServiceProvider();
        Assert.Equal("/a", await services.GetRequiredService<IHttpClientFactory>().CreateClient("x").GetStringAsync(new Uri(server.Uri, "/a")));
        PollHttpHandler handler = PrimaryOf(services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("x"));
        Assert.Equal(3, handler.MaxConnectionsPerServer);
        Assert.False(handler.UseCookies);
        Assert.NotNull(handler.MeterFactory);
        Assert.NotNull(handler.LoggerFactory);
    }

    [Fact]
    public async Task A_typed_client_sends_through_our_handler()
    {
        await using TestServer server = await TestServer.StartAsync(static context => context.Response.WriteAsync("hello"));
        await using ServiceProvider services = new ServiceCollection()
            .AddHttpClient<Greeter>(client => client.BaseAddress = server.Uri).UsePollHttp().Services.BuildServiceProvider();
        Assert.Equal("hello", await services.GetRequiredService<Greeter>().GreetAsync());
    }

    [Fact]
    public async Task The_settings_may_need_services()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton(new Version(7, 0))
            .AddHttpClient("x").UsePollHttp(static (handler, provider) =>
                handler.MaxConnectionsPerServer = provider.GetRequiredService<Version>().Major).Services
            .BuildServiceProvider();
        Assert.Equal(7, PrimaryOf(services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("x")).MaxConnectionsPerServer);
    }

    [Fact]
    public async Task A_client_of_ours_is_a_service_with_options()
    {
        await using TestServer server = await TestServer.StartAsync(static context => context.Response.WriteAsync(context.Request.Headers.UserAgent.ToString()));
        await using ServiceProvider services = new ServiceCollection()
            .AddPollHttpClient(options =>
            {
                options.BaseAddress = server.Uri;
                options.UserAgent = "mine/1";
            })
            .BuildServiceProvider();
        Assert.Equal("mine/1", await services.GetRequiredService<PollHttpClient>().GetStringAsync("/"));
    }

    [Fact]
    public async Task Clients_of_ours_can_be_told_apart_by_name()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddPollHttpClient("a", static options => options.BaseAddress = new("http://a.example/"))
            .AddPollHttpClient("b", static options => options.BaseAddress = new("http://b.example/"))
            .BuildServiceProvider();
        Assert.Equal("a.example", services.GetRequiredKeyedService<PollHttpClient>("a").BaseAddress!.Host);
        Assert.Equal("b.example", services.GetRequiredKeyedService<PollHttpClient>("b").BaseAddress!.Host);
    }

    [Fact]
    public async Task Options_may_need_other_services()
    {
        Passing middleware = new();
        SimulatedNetwork network = new();
        network.Listen("a.example", 80, new ScriptedHttpServer(_ => ServerReply.Text("body")));
        using PollLoop loop = new(network);
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<RequestMiddleware>(middleware)
            .AddSingleton(loop)
            .AddPollHttpClient(static (options, provider) =>
            {
                options.Loop = provider.GetRequiredService<PollLoop>();
                options.Middleware.Add(provider.GetRequiredService<RequestMiddleware>());
            })
            .AddPollHttpClient("named", static (options, provider) =>
            {
                options.Loop = provider.GetRequiredService<PollLoop>();
                options.Middleware.Add(provider.GetRequiredService<RequestMiddleware>());
            })
            .BuildServiceProvider();
        Assert.Equal("body", services.GetRequiredService<PollHttpClient>().GetString("http://a.example/"));
        Assert.Equal("body", services.GetRequiredKeyedService<PollHttpClient>("named").GetString("http://a.example/"));
        Assert.Equal(2, middleware.Calls);
    }

    private sealed class Passing : RequestMiddleware
    {
        public int Calls { get; private set; }

        public override Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken) =>
            next.SendAsync(request, cancellationToken);

        public override Response Send(Request request, RequestSender next, CancellationToken cancellationToken)
        {
            Calls++;
            return next.Send(request, cancellationToken);
        }
    }

    private static ServiceProvider FromConfiguration(string key, string value) => new ServiceCollection()
        .AddPollHttpClient(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build())
        .BuildServiceProvider();

    [Fact]
    public async Task Options_come_from_configuration()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddPollHttpClient(new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("BaseAddress", "http://configured.example/"), new("timeout", "00:00:07"), new("ConnectTimeout", "00:00:02"),
                new("MaxConnectionsPerServer", "5"), new("PooledConnectionIdleTimeout", "00:00:30"), new("UserAgent", "u/1"),
                new("MaxResponseContentBufferSize", "1000"), new("MinIdleConnectionsPerServer", "2"),
            ]).Build())
            .BuildServiceProvider();
        PollHttpClientOptions options = services.GetRequiredService<IOptions<PollHttpClientOptions>>().Value;
        Assert.Equal("configured.example", options.BaseAddress!.Host);
        Assert.Equal(TimeSpan.FromSeconds(7), options.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(2), options.ConnectTimeout);
        Assert.Equal(5, options.MaxConnectionsPerServer);
        Assert.Equal(2, options.MinIdleConnectionsPerServer);
        Assert.Equal(TimeSpan.FromSeconds(30), options.PooledConnectionIdleTimeout);
        Assert.Equal("u/1", options.UserAgent);
        Assert.Equal(1000, options.MaxResponseContentBufferSize);
    }

    [Theory]
    [InlineData("Tiemout", "00:00:07")]
    [InlineData("Timeout", "soon")]
    [InlineData("MaxConnectionsPerServer", "0")]
    [InlineData("MinIdleConnectionsPerServer", "33")]
    public async Task A_setting_that_cannot_be_meant_is_an_error(string key, string value)
    {
        await using ServiceProvider services = FromConfiguration(key, value);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<PollHttpClient>());
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    private static PollHttpHandler PrimaryOf(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler outer)
        {
            handler = outer.InnerHandler!;
        }

        return Assert.IsType<PollHttpHandler>(handler);
    }
}
