using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp;

// The times of the response, and the bytes received.
public sealed partial class Response
{
    private Instant _startedAt = Instant.Never;
    private long _bytesReceived;
    private ResponseTimes _times = ResponseTimes.None;

    /// <summary>Gets the number of body bytes received so far, without framing and before any decoding.</summary>
    public long BodyBytesReceived => Live?.BytesReceived ?? _bytesReceived;

    /// <summary>Gets the times of the steps of the request. The last byte is known once it has arrived.</summary>
    public ResponseTimings Timings
    {
        get
        {
            ConnectTimes connecting = Connection.Times;
            ResponseTimes times = Live is { } live ? new(_startedAt, live.Figures.Times) : _times;
            return new()
            {
                Resolved = Since(connecting.Resolved),
                Connected = Since(connecting.Connected),
                Secured = Since(connecting.Secured),
                Queued = times.Queued,
                Sent = times.Sent,
                FirstByte = times.FirstByte,
                LastByte = times.LastByte,
            };
        }
    }

    private LiveBody? Live => IsLive ? _body!.Source.Coded as LiveBody : null;

    /// <summary>Sets the times, under the lock of the connection, before the response is delivered.</summary>
    internal void Attach(Instant startedAt, in ExchangeFigures figures)
    {
        _startedAt = startedAt;
        Note(figures);
    }

    private void Note(in ExchangeFigures figures)
    {
        _times = new(_startedAt, figures.Times);
        _bytesReceived = figures.BodyBytesReceived;
    }

    private TimeSpan? Since(Instant at) => at != Instant.Never && at >= _startedAt ? at - _startedAt : null;
}
