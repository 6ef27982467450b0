using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace PollHttp.Parity;

/// <summary>
/// Code of the user's that a handler calls, and that throws: the request fails with it, and nothing else does. What follows goes over
/// the same handler, and no connection is left behind.
/// </summary>
public sealed class ThrowingUserCodeTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: 200000\r\n\r\n";

    public static TheoryData<string> Kinds =>
    [
        "IsBypassed", "GetProxy", "proxy credentials", "GetCredential", "request encoding", "response encoding", "ConnectCallback", "PlaintextStreamFilter",
        "certificate", "client certificate", "active requests", "open connections", "request duration", "time in queue", "propagator", "content",
        "activity started", "activity stopped", "length", "enrichment",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("fault", "F-61")]
    public async Task It_fails_its_request_and_nothing_else(string kind)
    {
        SslServerAuthenticationOptions? tls = kind.EndsWith("certificate", StringComparison.Ordinal)
            ? new() { ServerCertificate = Certificates.Localhost, ClientCertificateRequired = true, RemoteCertificateValidationCallback = static (_, _, _, _) => true }
            : null;
        await using RawServer server = new(
            async connection =>
            {
                while (await connection.ReadRequestAsync() is { } request)
                {
                    string challenge = kind == "proxy credentials" ? "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"r\"\r\n" : "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"r\"\r\n";
                    bool asks = kind is "proxy credentials" or "GetCredential" && request.Field("Authorization") is null && request.Field("Proxy-Authorization") is null;
                    await connection.WriteAsync(asks ? challenge + "Content-Length: 0\r\n\r\n" : Ok + new string('x', 200_000));
                }
            },
            tls);
        Switch thrower = new();
        using Watched watched = new(kind, thrower);
        PollHttpHandler handler = Make(kind, server, thrower, watched);
        using HttpClient client = new(handler, disposeHandler: false);

        Assert.Equal(200_000, await LengthAsync(client, kind, server, thrower)); // it works
        thrower.IsOn = true;
        for (int i = 0; i < 2; i++)
        {
            Exception error = await Assert.ThrowsAnyAsync<Exception>(() => LengthAsync(client, kind, server, thrower));
            Assert.Contains(Chain(error), static e => e is InvalidTimeZoneException);
        }

        thrower.IsOn = false;
        Assert.Equal(200_000, await LengthAsync(client, kind, server, thrower));
        await UntilAsync(() => handler.Pool!.ActiveExchanges == 0);
        handler.Dispose();
        await UntilAsync(() => handler.Pool!.OpenConnections == 0);
    }

    private static IEnumerable<Exception> Chain(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error;
        }
    }

    private static async Task<int> LengthAsync(HttpClient client, string kind, RawServer server, Switch thrower)
    {
        // A new connection each time where it is connecting that calls.
        bool connects = kind is "ConnectCallback" or "PlaintextStreamFilter" or "certificate" or "client certificate" or "open connections" or "time in queue" or "logger";
        Uri uri = kind is "IsBypassed" or "GetProxy" or "proxy credentials" ? new("http://far.example/") : server.Uri();
        using HttpRequestMessage request = new(HttpMethod.Post, uri) { Content = new Watching(kind, thrower) };
        request.Headers.ConnectionClose = connects ? true : null;
        request.Headers.Add("X", "1");
        if (kind == "enrichment")
        {
            System.Net.Http.Metrics.HttpMetricsEnrichmentContext.AddCallback(request, _ => thrower.Pass(0));
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsByteArrayAsync()).Length;
    }

    private static PollHttpHandler Make(string kind, RawServer server, Switch thrower, Watched watched)
    {
        PollHttpHandler handler = new() { UseProxy = false, MeterFactory = watched, ActivityHeadersPropagator = null };
        switch (kind)
        {
            case "IsBypassed" or "GetProxy" or "proxy credentials":
                handler.UseProxy = true;
                handler.Proxy = new ThrowingProxy(kind, thrower, server.Uri());
                break;
            case "GetCredential":
                handler.Credentials = new ThrowingCredentials(thrower);
                break;
            case "request encoding":
                handler.RequestHeaderEncodingSelector = (_, _) => thrower.Pass<Encoding?>(null);
                break;
            case "response encoding":
                handler.ResponseHeaderEncodingSelector = (_, _) => thrower.Pass<Encoding?>(null);
                break;
            case "ConnectCallback":
                handler.ConnectCallback = async (context, token) =>
                {
                    thrower.Pass(0);
                    System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                    await socket.ConnectAsync(context.DnsEndPoint, token);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                };
                break;
            case "PlaintextStreamFilter":
                handler.PlaintextStreamFilter = (context, _) => new(thrower.Pass(context.PlaintextStream));
                break;
            case "certificate":
                handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => thrower.Pass(true);
                break;
            case "client certificate":
                handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
                handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => thrower.Pass(Certificates.Localhost);
                break;
            case "propagator":
                handler.ActivityHeadersPropagator = new ThrowingPropagator(thrower);
                break;
            case "logger":
                handler.LoggerFactory = new ThrowingLog(thrower);
                break;
        }

        return handler;
    }

    /// <summary>The moment of which nobody tells; ends in an error where it does not come.</summary>
    private static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private sealed class Switch
    {
        public volatile bool IsOn;

        public T Pass<T>(T value, bool when = true) => IsOn && when ? throw new InvalidTimeZoneException("mine") : value;
    }

    private sealed class Watching(string kind, Switch thrower) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            thrower.Pass(0, when: kind == "content");
            return stream.WriteAsync("content"u8.ToArray()).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = thrower.Pass(7, when: kind == "length");
            return true;
        }
    }

    private sealed class ThrowingProxy(string kind, Switch thrower, Uri address) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => kind == "proxy credentials" ? thrower.Pass(new NetworkCredential("user", "secret")) : null;
            set => throw new NotSupportedException();
        }

        public Uri? GetProxy(Uri destination) => thrower.Pass(address, when: kind == "GetProxy");

        public bool IsBypassed(Uri host) => thrower.Pass(false, when: kind == "IsBypassed");
    }

    private sealed class ThrowingCredentials(Switch thrower) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => thrower.Pass(new NetworkCredential("user", "secret"));
    }

    private sealed class ThrowingPropagator(Switch thrower) : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields => [];

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => thrower.Pass(0);

        public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
            throw new NotSupportedException();

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => throw new NotSupportedException();
    }

    private sealed class ThrowingLog(Switch thrower) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => thrower.Pass(0);

        public void Dispose()
        {
        }
    }

    /// <summary>Meters and activities of one test, with listeners that throw.</summary>
    private sealed class Watched : IMeterFactory
    {
        private readonly List<Meter> _meters = [];
        private readonly MeterListener _measurements = new();
        private readonly ActivityListener? _activities;
        private readonly Activity? _parent;

        public Watched(string kind, Switch thrower)
        {
            string? name = kind switch
            {
                "active requests" => "http.client.active_requests",
                "open connections" => "http.client.open_connections",
                "request duration" => "http.client.request.duration",
                "time in queue" => "http.client.request.time_in_queue",
                "enrichment" => "http.client.request.duration",
                _ => null,
            };
            _measurements.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && ReferenceEquals(instrument.Meter.Scope, this))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _measurements.SetMeasurementEventCallback<long>((_, value, _, _) => thrower.Pass(0, when: value > 0));
            _measurements.SetMeasurementEventCallback<double>((_, _, _, _) => thrower.Pass(0, when: kind != "enrichment"));
            _measurements.Start();
            if (kind is "propagator" or "activity started" or "activity stopped")
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
                    ActivityStarted = _ => thrower.Pass(0, when: kind == "activity started"),
                    ActivityStopped = _ => thrower.Pass(0, when: kind == "activity stopped"),
                };
                ActivitySource.AddActivityListener(_activities);
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
