using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace PollHttp.Parity;

/// <summary>
/// Code of the user's that a handler calls may send a request to the same origin through the same client, and wait for its answer: no
/// lock of the handler's is held meanwhile, and the reactor goes on.
/// </summary>
public sealed class CallingBackTests
{
    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(1);

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string kind in (string[])[
                "GetProxy", "GetProxy of the next hop", "GetCredential", "propagator", "propagator of the next hop", "activity started",
                "activity stopped", "active requests", "request duration", "time in queue", "certificate", "client certificate",
                "ConnectCallback", "PlaintextStreamFilter", "enrichment", "open connections", "logger", "observer of requests", "observer of responses",
                "observer of ends"])
            {
                foreach (string way in (string[])["waits for a task", "blocks"])
                {
                    cases.Add(kind, way);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("fault", "F-61")]
    public async Task It_gets_its_answer(string kind, string way)
    {
        foreach (bool isBlocking in (bool[])[false, true])
        {
            await using RawServer server = new(AnswerAsync, kind.EndsWith("certificate", StringComparison.Ordinal)
                ? new() { ServerCertificate = Certificates.Localhost, ClientCertificateRequired = true, RemoteCertificateValidationCallback = static (_, _, _, _) => true }
                : null);
            HttpClient? client = null;
            CallBack back = new(() =>
            {
                using HttpRequestMessage inner = new(HttpMethod.Get, server.Uri("/inner"));
                using HttpResponseMessage answer = way == "blocks" ? client!.Send(inner) : client!.SendAsync(inner).GetAwaiter().GetResult();
                return answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
            });
            using Watched watched = new(kind, back);
            using PollHttpHandler handler = Make(kind, back, watched);
            using (client = new(handler, disposeHandler: false) { Timeout = TimeSpan.FromMinutes(1) })
            {
                bool connects = kind is "ConnectCallback" or "PlaintextStreamFilter" or "certificate" or "client certificate" or "time in queue" or "logger";
                for (int i = 0; i < (connects ? 1 : 2); i++)
                {
                    back.Arm();
                    using HttpRequestMessage request = new(HttpMethod.Get, server.Uri(kind.EndsWith("hop", StringComparison.Ordinal) ? "/moved" : kind == "GetCredential" ? "/secret" : "/"));
                    if (kind == "enrichment")
                    {
                        System.Net.Http.Metrics.HttpMetricsEnrichmentContext.AddCallback(request, _ => back.Pass(0));
                    }

                    HttpResponseMessage response = isBlocking
                        ? await Task.Run(() => client.Send(request)).WaitAsync(s_guard)
                        : await client.SendAsync(request).WaitAsync(s_guard);
                    using (response)
                    {
                        Assert.Equal("fine", await response.Content.ReadAsStringAsync());
                    }

                    Assert.Equal("fine", await back.Answer.WaitAsync(s_guard)); // the outer request may have gone over the connection of the inner one
                }
            }
        }
    }

    private static async Task AnswerAsync(RawConnection connection)
    {
        while (await connection.ReadRequestAsync() is { } request)
        {
            string head = request.Line.StartsWith("GET /moved ", StringComparison.Ordinal) ? "302 Found\r\nLocation: /\r\n"
                : request.Line.StartsWith("GET /secret ", StringComparison.Ordinal) && request.Field("Authorization") is null
                    ? "401 Who\r\nWWW-Authenticate: Basic realm=\"r\"\r\n"
                : "200 OK\r\n";
            await connection.WriteAsync($"HTTP/1.1 {head}Content-Length: 4\r\n\r\nfine");
        }
    }

    private static PollHttpHandler Make(string kind, CallBack back, Watched watched)
    {
        PollHttpHandler handler = new() { UseProxy = false, MeterFactory = watched, ActivityHeadersPropagator = null, MaxConnectionsPerServer = 2 };
        switch (kind)
        {
            case "GetProxy" or "GetProxy of the next hop":
                handler.UseProxy = true;
                handler.Proxy = new AskedProxy(kind, back);
                break;
            case "GetCredential":
                handler.Credentials = new AskedCredentials(back);
                break;
            case "ConnectCallback":
                handler.ConnectCallback = async (context, token) =>
                {
                    back.Pass(0);
                    System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                    await socket.ConnectAsync(context.DnsEndPoint, token);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                };
                break;
            case "PlaintextStreamFilter":
                handler.PlaintextStreamFilter = (context, _) => new(back.Pass(context.PlaintextStream));
                break;
            case "certificate":
                handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => back.Pass(true);
                break;
            case "client certificate":
                handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
                handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => back.Pass(Certificates.Localhost);
                break;
            case "logger":
                handler.LoggerFactory = new AskedLog(back);
                break;
            case "observer of requests" or "observer of responses" or "observer of ends":
                handler.WireObserver = new AskedObserver(kind, back);
                break;
            case "propagator" or "propagator of the next hop":
                handler.ActivityHeadersPropagator = new AskedPropagator(kind, back);
                break;
        }

        if (kind == "certificate")
        {
            handler.SslOptions.ClientCertificates = [Certificates.Localhost];
        }

        return handler;
    }

    private sealed class AskedProxy(string kind, CallBack back) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => throw new NotSupportedException();

        public bool IsBypassed(Uri host) => back.Pass(true, skipped: kind.EndsWith("hop", StringComparison.Ordinal) ? 1 : 0);
    }

    private sealed class AskedCredentials(CallBack back) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => back.Pass(new NetworkCredential("user", "secret"));
    }

    private sealed class AskedPropagator(string kind, CallBack back) : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields => [];

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
            back.Pass(0, skipped: kind.EndsWith("hop", StringComparison.Ordinal) ? 1 : 0);

        public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
            throw new NotSupportedException();

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => throw new NotSupportedException();
    }

    private sealed class AskedLog(CallBack back) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => back.Pass(0);

        public void Dispose()
        {
        }
    }

    /// <summary>Meters and activities of one test, with listeners that call back.</summary>
    private sealed class Watched : IMeterFactory
    {
        private readonly List<Meter> _meters = [];
        private readonly MeterListener _measurements = new();
        private readonly ActivityListener? _activities;
        private readonly Activity? _parent;

        public Watched(string kind, CallBack back)
        {
            string? name = kind switch
            {
                "active requests" => "http.client.active_requests",
                "request duration" or "enrichment" => "http.client.request.duration",
                "time in queue" => "http.client.request.time_in_queue",
                "open connections" => "http.client.open_connections",
                _ => null,
            };
            _measurements.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && ReferenceEquals(instrument.Meter.Scope, this))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _measurements.SetMeasurementEventCallback<long>((_, value, _, _) =>
            {
                if (value < 0)
                {
                    back.Pass(0);
                }
            });
            _measurements.SetMeasurementEventCallback<double>((_, _, _, _) =>
            {
                if (kind != "enrichment")
                {
                    back.Pass(0);
                }
            });
            _measurements.Start();
            if (kind.StartsWith("propagator", StringComparison.Ordinal) || kind.StartsWith("activity", StringComparison.Ordinal))
            {
                _parent = new Activity("parent").SetIdFormat(ActivityIdFormat.W3C).Start();
            }

            if (kind.StartsWith("activity", StringComparison.Ordinal))
            {
                ActivityTraceId own = _parent!.TraceId; // the activities of other tests are none of this one's business
                _activities = new()
                {
                    ShouldListenTo = static source => source.Name == "PollHttp",
                    Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == own ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
                    ActivityStarted = activity => Pass(activity, kind == "activity started"),
                    ActivityStopped = activity => Pass(activity, kind == "activity stopped"),
                };
                ActivitySource.AddActivityListener(_activities);

                void Pass(Activity activity, bool counts)
                {
                    if (counts && activity.TraceId == own && activity.Source.Name == "PollHttp")
                    {
                        back.Pass(0);
                    }
                }
            }
        }

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            Meter meter = new(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            _measurements.Dispose();
            _activities?.Dispose();
            _parent?.Dispose();
            _meters.ForEach(static m => m.Dispose());
        }
    }
}
