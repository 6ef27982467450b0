using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PollHttp.Parity;

/// <summary>Alone, because a listener to a source changes what every request of the process sends.</summary>
[Collection(Alone.Name)]
public sealed class TelemetryTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static string SourceOf(Subject subject) => subject.IsOurs ? "PollHttp" : "System.Net.Http";

    private sealed class Factory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            Meter meter = new(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(static m => m.Dispose());
    }

    [Theory]
    [Trait("parity", "P-088")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("POST", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("CUSTOM", "HTTP/1.1 500 Broken\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("GET", "garbage\r\n\r\n")]
    public Task An_activity_has_the_same_tags(string method, string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        using Activity parent = new("parent");
        parent.SetIdFormat(ActivityIdFormat.W3C).Start();
        await using RawServer server = RawServer.Replying(reply);
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == SourceOf(subject),
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None, // other tests run meanwhile
            ActivityStopped = activity =>
            {
                if (activity.TraceId == parent.TraceId)
                {
                    seen.Note("name", $"{activity.OperationName} {activity.DisplayName} {activity.Kind} {activity.Status}");
                    seen.Note("tags", server.Describe(string.Join("\n", activity.TagObjects.OrderBy(static t => t.Key).Select(static t => $"{t.Key}={t.Value}")))
                        .Replace($"server.port={server.Port}", "server.port=PORT", StringComparison.Ordinal));
                    seen.Note("parent", activity.ParentSpanId == parent.SpanId);
                    seen.Note("id", activity.SpanId);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using HttpRequestMessage request = new(new HttpMethod(method), server.Uri("/path?secret=1"));
        await seen.TryAsync("error", async () => (await subject.Client().SendAsync(request)).Dispose());
        string? traceparent = server.Requests.Count > 0 ? server.Requests[0].Field("traceparent") : null;
        seen.Note("carried", traceparent is not null && seen.Facets.TryGetValue("id", out string? id) && traceparent.Contains(id, StringComparison.Ordinal));
        seen.Forget("id");
        seen.Note("current", ReferenceEquals(Activity.Current, parent));
    });

    [Theory]
    [Trait("parity", "P-088")]
    [InlineData("default")]
    [InlineData("none")]
    [InlineData("own header")]
    [InlineData("no activity")]
    public Task The_current_activity_goes_along(string how) => Compare.RunAsync(async (subject, seen) =>
    {
        using Activity? parent = how == "no activity" ? null : new Activity("parent").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("key", "value").Start();
        if (parent is not null)
        {
            parent.TraceStateString = "state=1";
        }

        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = how == "none" ? subject.Client(("ActivityHeadersPropagator", null)) : subject.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        if (how == "own header")
        {
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        RawRequest sent = server.Requests[0];
        string? carried = sent.Field("traceparent");
        seen.Note("own", carried?.StartsWith("00-0af7651916cd43dd8448eb211c80319c", StringComparison.Ordinal));
        seen.Note("same trace", parent is not null && carried?.Contains(parent.TraceId.ToString(), StringComparison.Ordinal) == true);
        seen.Note("state", sent.Field("tracestate"));
        seen.Note("baggage", $"{sent.Field("baggage")} {sent.Field("Correlation-Context")}");
        seen.Note("message", Observation.Describe(request.Headers).Contains("0af7", StringComparison.Ordinal));
    });

    [Theory]
    [Trait("parity", "P-089")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("POST", "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("CUSTOM", "HTTP/1.0 200 OK\r\n\r\nhi<close>")]
    [InlineData("GET", "<close>")]
    public Task Requests_are_measured_with_the_same_tags(string method, string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        using Factory factory = new();
        await using RawServer server = RawServer.Replying(reply);
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name.StartsWith("http.client.request.d", StringComparison.Ordinal))
            {
                l.EnableMeasurementEvents(instrument);
            }

            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name == "http.client.active_requests")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        string Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            string.Join(" ", tags.ToArray().OrderBy(static t => t.Key).Select(t => $"{t.Key}={(t.Key == "server.port" ? "PORT" : t.Value)}"));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen.Note(instrument.Name, $"{instrument.Unit} {Tags(tags)}"));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Note(instrument.Name, $"{value} {instrument.Unit} {Tags(tags)}"));
        listener.Start();
        using HttpRequestMessage request = new(new HttpMethod(method), server.Uri("/path"));
        await seen.TryAsync("error", async () => (await subject.Client(("MeterFactory", factory)).SendAsync(request)).Dispose());
    });

    [Fact]
    [Trait("parity", "P-089")]
    [Trait("parity", "P-090")]
    public Task Connections_are_counted() => Compare.RunAsync(async (subject, seen) =>
    {
        using Factory factory = new();
        await using RawServer server = RawServer.Replying(Ok, Ok + RawServer.Close);
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> events = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name is "http.client.open_connections" or "http.client.connection.duration")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        Dictionary<string, long> open = [];
        HashSet<string> tagNames = [];
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (open)
            {
                string state = tags.ToArray().First(static t => t.Key == "http.connection.state").Value!.ToString()!;
                open[state] = open.GetValueOrDefault(state) + value;
                tagNames.UnionWith(tags.ToArray().Select(static t => t.Key));
            }
        });
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => closed.TrySetResult());
        listener.Start();
        HttpClient client = subject.Client(("MeterFactory", factory));
        await client.GetStringAsync(server.Uri());
        await client.GetStringAsync(server.Uri());
        await closed.Task;
        lock (open)
        {
            seen.Note("open at the end", string.Join(" ", open.OrderBy(static o => o.Key)));
            seen.Note("tags", string.Join(" ", tagNames.Order()));
        }
    });

    /// <summary>Measurements of one request with these instruments, by name and tags.</summary>
    private static MeterListener Listen(Factory factory, Observation seen, params string[] names)
    {
        MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && names.Contains(instrument.Name))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Note(
            instrument.Name,
            $"{instrument.Unit} {value >= 0} {string.Join(" ", tags.ToArray().OrderBy(static t => t.Key).Select(static t => $"{t.Key}={(t.Key == "server.port" ? "PORT" : t.Value)}"))}"));
        listener.Start();
        return listener;
    }

    [Fact]
    [Trait("parity", "P-089")]
    public Task Waiting_for_a_connection_is_measured() => Compare.RunAsync(async (subject, seen) =>
    {
        using Factory factory = new();
        await using RawServer server = RawServer.Replying("HTTP/1.1 302 Go\r\nLocation: /next\r\nConnection: close\r\nContent-Length: 0\r\n\r\n<close>", Ok);
        using MeterListener listener = Listen(factory, seen, "http.client.request.time_in_queue");
        HttpClient client = subject.Client(("MeterFactory", factory));
        for (int i = 0; i < 3; i++)
        {
            seen.Note("body", await client.GetStringAsync(server.Uri()));
        }
    });

    [Theory]
    [Trait("parity", "P-089")]
    [InlineData(Ok)]
    [InlineData("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("<close>")]
    public Task Callbacks_add_tags(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        using Factory factory = new();
        await using RawServer server = RawServer.Replying(reply);
        using MeterListener listener = Listen(factory, seen, "http.client.request.duration");
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        System.Net.Http.Metrics.HttpMetricsEnrichmentContext.AddCallback(request, context =>
        {
            seen.Note("callback", $"{ReferenceEquals(context.Request, request)} {(int?)context.Response?.StatusCode} {context.Exception is HttpRequestException}");
            context.AddCustomTag("tenant", "mine");
        });
        await seen.TryAsync("error", async () => (await subject.Client(("MeterFactory", factory)).SendAsync(request)).Dispose());
    });

    [Fact]
    [Trait("parity", "P-177")]
    public Task Diagnostic_listeners() => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying(Ok);
            using Listening listening = new(server, seen);
            using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri());
        },
        new Difference("diagnostic listeners", "events"));

    /// <summary>Hears what the platform's handler tells DiagnosticListeners about requests to one server.</summary>
    private sealed class Listening : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly RawServer _server;
        private readonly Observation _seen;
        private readonly List<IDisposable> _subscriptions = [];

        public Listening(RawServer server, Observation seen)
        {
            _server = server;
            _seen = seen;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "HttpHandlerDiagnosticListener")
            {
                _subscriptions.Add(value.Subscribe(this));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value?.GetType().GetProperty("Request")?.GetValue(value.Value) is HttpRequestMessage request && request.RequestUri!.Port == _server.Port)
            {
                _seen.Note("events", value.Key);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose() => _subscriptions.ForEach(static s => s.Dispose());
    }
}
