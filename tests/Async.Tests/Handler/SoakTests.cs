using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>
/// One handler, two hundred requests at a time, a server that restarts, callers that cancel or lose interest: whatever became of
/// each request, nothing is left of it. POLLHTTP_SOAK_REQUESTS makes it longer. Alone, since exceptions that nobody observed are told
/// to the whole process.
/// </summary>
[Collection(Alone.Name)]
public sealed class SoakTests
{
    private const int AtATime = 200;

    private static int Total =>
        int.TryParse(Environment.GetEnvironmentVariable("POLLHTTP_SOAK_REQUESTS"), CultureInfo.InvariantCulture, out int total) ? total : 2000;

    [Fact]
    [Trait("parity", "P-155")]
    [Trait("parity", "P-084")]
    public async Task Nothing_is_left_of_requests_of_every_fate()
    {
        List<Exception> unobserved = [];
        void Note(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.ToString().Contains("PollHttp", StringComparison.Ordinal))
            {
                lock (unobserved)
                {
                    unobserved.Add(e.Exception);
                }
            }
        }

        Collect(); // what other tests have left is told before anybody listens
        TaskScheduler.UnobservedTaskException += Note;
        PollHttpHandler handler = new() { MaxConnectionsPerServer = 50 };
        int whole;
        try
        {
            whole = await RunAsync(handler);
            ConnectionPool pool = handler.Pool!;
            await UntilAsync(() => pool.ActiveExchanges == 0);
            handler.Dispose();
            await UntilAsync(() => pool.OpenConnections == 0);
            Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(unobserved);
        Assert.True(whole > Total / 10, $"Only {whole} of {Total} requests were answered.");
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static async Task<int> RunAsync(PollHttpHandler handler)
    {
        int port = FreePort();
        WebApplication server = await StartAsync(port);
        using HttpClient client = new(handler, disposeHandler: false) { BaseAddress = new($"http://127.0.0.1:{port}") };
        int next = 0;
        int whole = 0;
        async Task WorkAsync(int worker)
        {
            Random random = new(worker);
            while (Interlocked.Increment(ref next) <= Total)
            {
                if (await OneAsync(client, random))
                {
                    Interlocked.Increment(ref whole);
                }
            }
        }

        Task all = Task.WhenAll(Enumerable.Range(0, AtATime).Select(WorkAsync));
        for (int restart = 1; restart <= 3; restart++)
        {
            await UntilAsync(() => Volatile.Read(ref next) >= Total * restart / 4 || all.IsCompleted);
            await server.DisposeAsync();
            server = await StartAsync(port);
        }

        await all;
        await server.DisposeAsync();
        return whole;
    }

    /// <summary>True when the whole response came; what else may come of it are the exceptions that HttpClient promises.</summary>
    private static async Task<bool> OneAsync(HttpClient client, Random random)
    {
        int fate = random.Next(10);
        using CancellationTokenSource cancel = new();
        if (fate == 0)
        {
            cancel.CancelAfter(random.Next(1, 15));
        }

        try
        {
            using HttpRequestMessage request = new(fate == 1 ? HttpMethod.Post : HttpMethod.Get, $"/{random.Next(1, 200_000)}");
            if (fate == 1)
            {
                request.Content = new ByteArrayContent(new byte[random.Next(100_000)]);
            }

            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel.Token);
            if (fate is 2 or 3)
            {
                return false; // not read, or not to its end
            }

            byte[] body = await response.Content.ReadAsByteArrayAsync(cancel.Token);
            Assert.Equal(response.Content.Headers.ContentLength ?? body.Length, body.Length);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && fate == 0))
        {
            return false;
        }
    }

    private static async Task<WebApplication> StartAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(static o => o.ShutdownTimeout = TimeSpan.Zero);
        WebApplication app = builder.Build();
        app.Run(static async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            int size = int.Parse(context.Request.Path.Value![1..], CultureInfo.InvariantCulture);
            if (size % 2 == 0)
            {
                context.Response.ContentLength = size;
            }

            await context.Response.Body.WriteAsync(new byte[size]);
        });
        await app.StartAsync();
        return app;
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60 + (Total / 200)));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
