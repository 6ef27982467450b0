using System.Diagnostics;
using PollHttp.Faults;

namespace PollHttp.Telemetry;

/// <summary>Traces one request: its activity, its time, and the fields that carry the activity to the server.</summary>
/// <remarks>All attempts of a request are one activity; each carries its fields.</remarks>
internal sealed class RequestTrace
{
    private readonly EngineTelemetry _telemetry;
    private readonly Activity? _activity;
    private readonly Activity? _parent;
    private readonly string _method;
    private readonly Uri _uri;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly bool _isCounted;
    private readonly HttpRequestMessage? _message;
    private readonly RequestEvents? _events;
    private MetricsEnrichment? _enrichment;
    private List<(TimeSpan Time, string Version)>? _queueTimes;
    private long _queuedSince;
    private long _stoppedAt;
    private DateTime _endTime;
    private int _ended;

    public RequestTrace(EngineTelemetry telemetry, ITraceCarrier request)
    {
        _telemetry = telemetry;
        _method = request.Method;
        _uri = request.Uri;
        _message = request.Message;
        _parent = Activity.Current;
        _activity = PollHttpTelemetry.Source.CreateActivity("System.Net.Http.HttpRequestOut", ActivityKind.Client);
        if (_activity is not null)
        {
            _activity.DisplayName = MethodTag == "_OTHER" ? "HTTP" : MethodTag;
            _activity.Start();
            Activity.Current = _parent; // the caller's own activity stays current for the caller
            if (_activity.IsAllDataRequested)
            {
                _activity.SetTag("http.request.method", MethodTag);
                if (MethodTag == "_OTHER")
                {
                    _activity.SetTag("http.request.method_original", _method);
                }

                _activity.SetTag("server.address", _uri.IdnHost);
                _activity.SetTag("server.port", _uri.Port);
                _activity.SetTag("url.full", WireRedaction.Default.RedactUri(_uri));
            }
        }

        _events = RequestEvents.Begin(_method, _uri);
        _isCounted = telemetry.Metrics.ActiveRequests.Enabled;
        if (_isCounted)
        {
            telemetry.Metrics.ActiveRequests.Add(1, RequestTags());
        }
    }

    /// <summary>Gets the tag for the method. By the conventions an unknown method does not become a tag value.</summary>
    private string MethodTag => _method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "OPTIONS" or "TRACE" or "PATCH" or "CONNECT"
        ? _method
        : "_OTHER";

    /// <summary>Gets a value indicating whether preparing an attempt calls user code.</summary>
    public bool AsksUserObjects => (_activity ?? _parent) is not null && _telemetry.Propagator is { } propagator && propagator.GetType().Assembly != typeof(DistributedContextPropagator).Assembly;

    /// <summary>Gets a value indicating whether listeners are notified of the end.</summary>
    public bool IsObserved => _activity is not null || _events is not null || _isCounted || _telemetry.Metrics.WatchesRequests;

    /// <summary>Adds the activity's fields to the current attempt, unless the caller set a field of the name.</summary>
    public void Inject(ITraceCarrier request)
    {
        if ((_activity ?? _parent) is { } activity && _telemetry.Propagator is { } propagator)
        {
            propagator.Inject(activity, request, static (carrier, name, value) =>
            {
                if (carrier is ITraceCarrier attempt && attempt.Headers?.Contains(name) != true)
                {
                    attempt.SetField(name, value);
                }
            });
        }
    }

    /// <summary>Records that the request waits for a connection.</summary>
    public void EnterQueue() => _queuedSince = Stopwatch.GetTimestamp();

    /// <summary>Records that the request has a connection of this version; nothing is measured if there was one at once.</summary>
    public void LeaveQueue(Version version)
    {
        long since = _queuedSince;
        _queuedSince = 0;
        if (since != 0 && _telemetry.Metrics.TimeInQueue.Enabled)
        {
            (_queueTimes ??= []).Add((Stopwatch.GetElapsedTime(since), version.Major >= 2 ? "2" : "1.1")); // under the lock of the connection: reported at the end
        }
    }

    /// <summary>Records when the exchange finished; listeners are called later.</summary>
    public void Stop()
    {
        _stoppedAt = Stopwatch.GetTimestamp();
        _endTime = DateTime.UtcNow;
    }

    /// <summary>Reports the head, or the failure of the request. Listeners are called, so no lock may be held.</summary>
    public void End(Response? response, Exception? error)
    {
        if (Interlocked.CompareExchange(ref _ended, 1, 0) != 0)
        {
            return;
        }

        if (_isCounted)
        {
            _telemetry.Metrics.ActiveRequests.Add(-1, RequestTags());
        }

        RecordQueueTimes();
        string? failure = response is null ? FailureOf(error) : (int)response.StatusCode >= 400 ? StatusText(response) : null;
        TimeSpan duration = Stopwatch.GetElapsedTime(_start, _stoppedAt == 0 ? Stopwatch.GetTimestamp() : _stoppedAt);
        if (_telemetry.Metrics.RequestDuration.Enabled)
        {
            TagList tags = RequestTags();
            if (response is not null)
            {
                tags.Add("http.response.status_code", (int)response.StatusCode);
                tags.Add("network.protocol.version", VersionText(response));
            }

            if (failure is not null)
            {
                tags.Add("error.type", failure);
            }

            _enrichment = MetricsEnrichment.Begin(_message, duration, tags);
            if (_enrichment is null)
            {
                _telemetry.Metrics.RequestDuration.Record(duration.TotalSeconds, tags);
            }
        }

        if (_activity is not null)
        {
            EndActivity(_activity, response, failure);
        }

        _events?.End(response, failure, error, duration);
    }

    /// <summary>
    /// Reports that the message was created from the response, or that the error was passed to the caller, and records the measurements
    /// that waited for it.
    /// </summary>
    public void Deliver(HttpResponseMessage? response, Exception? error)
    {
        MetricsEnrichment? enrichment = _enrichment;
        _enrichment = null;
        enrichment?.Record(_telemetry.Metrics.RequestDuration, _message!, response, error);
    }

    private void RecordQueueTimes()
    {
        foreach ((TimeSpan time, string version) in _queueTimes ?? [])
        {
            TagList tags = RequestTags();
            tags.Add("network.protocol.version", version);
            _telemetry.Metrics.TimeInQueue.Record(time.TotalSeconds, tags);
        }
    }

    private void EndActivity(Activity activity, Response? response, string? failure)
    {
        if (response is not null)
        {
            activity.SetTag("http.response.status_code", (int)response.StatusCode);
            activity.SetTag("network.protocol.version", VersionText(response));
        }

        if (failure is not null)
        {
            activity.SetTag("error.type", failure);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.SetEndTime(_endTime == default ? DateTime.UtcNow : _endTime);
        activity.Dispose();
    }

    private TagList RequestTags() => new()
    {
        { "http.request.method", MethodTag },
        { "server.address", _uri.IdnHost },
        { "server.port", _uri.Port },
        { "url.scheme", _uri.Scheme },
    };

    private static string StatusText(Response response) =>
        ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// Returns the error type. The conventions require few distinct names: the platform's kind of error, or else the type.
    /// </summary>
    private string FailureOf(Exception? error) => error switch
    {
        null => typeof(TaskCanceledException).FullName!,
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } e => NameOf(e.HttpRequestError),
        RequestTimeoutException => typeof(TimeoutException).FullName!,
        _ => (_message is null ? error : PlatformErrors.Of(error)).GetType().FullName!,
    };

    internal static string VersionText(Response response) => response.Version.Major >= 2 ? "2" : response.Version.ToString();

    private static string NameOf(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "name_resolution_error",
        HttpRequestError.ConnectionError => "connection_error",
        HttpRequestError.SecureConnectionError => "secure_connection_error",
        HttpRequestError.HttpProtocolError => "http_protocol_error",
        HttpRequestError.ExtendedConnectNotSupported => "extended_connect_not_supported",
        HttpRequestError.VersionNegotiationError => "version_negotiation_error",
        HttpRequestError.UserAuthenticationError => "user_authentication_error",
        HttpRequestError.ProxyTunnelError => "proxy_tunnel_error",
        HttpRequestError.InvalidResponse => "invalid_response",
        HttpRequestError.ResponseEnded => "response_ended",
        _ => "configuration_limit_exceeded",
    };
}
