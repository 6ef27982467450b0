using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PollHttp.Parity;

/// <summary>What is measured of requests and connections in HTTP/2.</summary>
public sealed class Http2TelemetryTests
{
    [Fact]
    [Trait("parity", "P-089")]
    public Task Connections_and_requests_are_measured() => Compare.RunAsync(async (subject, seen) =>
    {
        using MeterFactory factory = new();
        TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using SemaphoreSlim arrived = new(0);
        TaskCompletionSource active = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await StartAsync(async () =>
        {
            arrived.Release();
            await hold.Task;
        });
        Dictionary<string, long> open = [];
        HashSet<string> tagNames = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (open)
            {
                string state = $"{instrument.Name} {tags.ToArray().FirstOrDefault(static t => t.Key == "http.connection.state").Value}";
                open[state] = open.GetValueOrDefault(state) + value;
                NoteTags(instrument, tags);
            }

            if (tags.ToArray().Any(static t => t is { Key: "http.connection.state", Value: "active" }))
            {
                active.TrySetResult(); // ours is told a little later
            }
        });
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            lock (open)
            {
                NoteTags(instrument, tags);
            }

            if (instrument.Name == "http.client.connection.duration")
            {
                closed.TrySetResult();
            }
        });
        listener.Start();
        HttpClient client = subject.Client(("MeterFactory", factory));
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Task<string>[] requests = [.. Enumerable.Range(0, 3).Select(_ => client.GetStringAsync(server.Urls.First()))];
        for (int i = 0; i < requests.Length; i++)
        {
            await arrived.WaitAsync();
        }

        await active.Task;
        Note("amid requests");
        hold.SetResult();
        await Task.WhenAll(requests);
        await server.StopAsync();
        await closed.Task;
        Note("at the end");
        lock (open)
        {
            seen.Note("tags", string.Join("; ", tagNames.Order()));
        }

        void NoteTags(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tagNames.Add(
            $"{instrument.Name}: {string.Join(" ", tags.ToArray().OrderBy(static t => t.Key).Select(static t => t.Key is "network.protocol.version" ? $"{t.Key}={t.Value}" : t.Key))}");

        void Note(string when)
        {
            lock (open)
            {
                seen.Note(when, string.Join(" ", open.Where(static o => o.Value != 0).OrderBy(static o => o.Key)));
            }
        }
    });

    private static async Task<WebApplication> StartAsync(Func<Task> onRequest)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication app = builder.Build();
        app.MapGet("/", async () =>
        {
            await onRequest();
            return "hello";
        });
        await app.StartAsync();
        return app;
    }

    private sealed class MeterFactory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            Meter meter = new(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
    }
}
