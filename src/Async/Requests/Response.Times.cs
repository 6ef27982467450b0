namespace PollHttp;

// When it came, and how much.
public sealed partial class Response
{
    private ExchangeTimes _times = new();
    private ConnectTimes? _connecting;
    private Instant _startedAt;
    private long _bytesReceived;

    /// <summary>Bytes of the body received so far, without framing and before any decoding.</summary>
    public long BodyBytesReceived => _body?.Source.Coded is ConnectionBody live ? live.BytesReceived : _bytesReceived;

    /// <summary>When the request got how far. The last byte is known once it came.</summary>
    public ResponseTimings Timings
    {
        get
        {
            ExchangeTimes times = _body?.Source.Coded is ConnectionBody live ? live.Times : _times;
            return new()
            {
                Resolved = Since(_connecting?.Resolved),
                Connected = Since(_connecting?.Connected),
                Secured = Since(_connecting?.Secured),
                Queued = Since(times.Begun),
                Sent = Since(times.Sent),
                FirstByte = Since(times.FirstByte),
                LastByte = Since(times.LastByte),
            };
        }
    }

    /// <summary>Under the gate of its connection, before it is delivered.</summary>
    internal void Attach(Instant startedAt, in ExchangeTimes times, ConnectTimes connecting, long bytesReceived)
    {
        _startedAt = startedAt;
        _times = times;
        _connecting = connecting;
        _bytesReceived = bytesReceived;
    }

    private TimeSpan? Since(Instant? instant) =>
        instant is { } at && at != Instant.Never && at >= _startedAt ? at - _startedAt : null;
}
