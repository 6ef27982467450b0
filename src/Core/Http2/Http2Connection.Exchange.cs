using System.Buffers;
using System.Numerics;

namespace PollHttp.Core.Http2;

/// <content>What can be asked of an exchange, and the events of all of them in turn.</content>
internal sealed partial class Http2Connection
{
    private static readonly HeaderBlock s_noFields = new ResponseHead().Headers;

    private Http2Stream? _firstWithEvents;
    private Http2Stream? _lastWithEvents;

    private bool HasUnreported => _firstWithEvents is not null || (_unconsumed > 0 && HasUnseenBody());

    /// <inheritdoc/>
    internal override SendState GetSendState(ExchangeId exchange) => Find(exchange)?.Send ?? SendState.Closed;

    /// <inheritdoc/>
    internal override ReceiveState GetReceiveState(ExchangeId exchange) => Find(exchange)?.Receive ?? ReceiveState.Closed;

    /// <inheritdoc/>
    internal override Fault GetFault(ExchangeId exchange) => Find(exchange)?.Fault ?? default;

    /// <inheritdoc/>
    internal override ResponseHead GetResponseHead(ExchangeId exchange)
    {
        Http2Stream? stream = Find(exchange);
        if (stream is null or { IsReleased: true })
        {
            Misuse.Throw(nameof(HttpExchange.ResponseHead), "that exchange was released");
        }

        if (stream.Reported is null)
        {
            Misuse.Throw(nameof(HttpExchange.ResponseHead), "no head has been received");
        }

        return stream.Reported;
    }

    /// <inheritdoc/>
    internal override HeaderBlock GetTrailers(ExchangeId exchange) => Find(exchange) is { IsReleased: false } stream ? stream.Trailers.Headers : s_noFields;

    /// <inheritdoc/>
    internal override ReadOnlySequence<byte> GetBody(ExchangeId exchange) => Find(exchange)?.Body.Body ?? default;

    /// <inheritdoc/>
    internal override ReadOnlyMemory<byte> GetBodySlice(ExchangeId exchange) => Find(exchange)?.Body.FirstSlice ?? default;

    /// <inheritdoc/>
    internal override long GetBodyBytesReceived(ExchangeId exchange) => Find(exchange)?.BodyReceived ?? 0;

    /// <inheritdoc/>
    internal override bool IsBodyReceived(ExchangeId exchange) => Find(exchange) is { Receive: ReceiveState.Done };

    /// <inheritdoc/>
    internal override long GetRequestBytesSent(ExchangeId exchange) => Find(exchange)?.RequestBytesSent ?? 0;

    /// <inheritdoc/>
    internal override long GetWriteRoom(ExchangeId exchange) =>
        Find(exchange) is { AwaitsContent: true } stream ? Math.Max(0, stream.Limits.SendHighWater - stream.Unsent) : 0;

    /// <inheritdoc/>
    internal override ExchangeTimes GetTimes(ExchangeId exchange) => Find(exchange)?.Times ?? new();

    private bool HasUnseenBody()
    {
        foreach (Http2Stream stream in _streams.Values)
        {
            if (stream.Body.Length > stream.Examined)
            {
                return true;
            }
        }

        return false;
    }

    private void AddEvent(Http2Stream stream, EventKind kind)
    {
        if (stream.Events == 0)
        {
            stream.NextWithEvents = null;
            if (_lastWithEvents is null)
            {
                _firstWithEvents = stream;
            }
            else
            {
                _lastWithEvents.NextWithEvents = stream;
            }

            _lastWithEvents = stream;
        }

        stream.Events |= 1 << (int)kind;
    }

    /// <summary>Takes back events; the stream keeps its turn, which passes when there is nothing to report.</summary>
    private static void KeepEvents(Http2Stream stream, EventKind only)
    {
        if (stream.Events != 0)
        {
            stream.Events = (stream.Events & (1 << (int)only)) | (1 << (int)EventKind.None);
        }
    }

    private static void RemoveEvent(Http2Stream stream, EventKind kind)
    {
        if (stream.Events != 0)
        {
            stream.Events = (stream.Events & ~(1 << (int)kind)) | (1 << (int)EventKind.None);
        }
    }

    private bool TakeEvent(out ConnectionEvent next)
    {
        while (_firstWithEvents is { } stream)
        {
            _firstWithEvents = stream.NextWithEvents;
            _lastWithEvents = _firstWithEvents is null ? null : _lastWithEvents;
            stream.NextWithEvents = null;
            int events = stream.Events & ~(1 << (int)EventKind.None);
            stream.Events = 0;
            if (events == 0)
            {
                RecycleIfFree(stream);
                continue;
            }

            EventKind kind = (EventKind)BitOperations.TrailingZeroCount(events);
            int rest = events & ~(1 << (int)kind);
            OnReported(stream, kind, ref rest);
            if (rest != 0)
            {
                AddEvent(stream, EventKind.None);
                stream.Events |= rest;
            }

            next = new(kind, stream.Id);
            return true;
        }

        next = default;
        return false;
    }

    private void OnReported(Http2Stream stream, EventKind kind, ref int rest)
    {
        switch (kind)
        {
            case EventKind.Informational:
                stream.Reported = stream.Interims.Dequeue();
                rest |= stream.Interims.Count > 0 ? 1 << (int)EventKind.Informational : 0;
                break;
            case EventKind.ResponseHead:
                stream.Reported = stream.Final;
                break;
            case EventKind.EndOfResponse:
                ReportOutcome(stream);
                CountIfCompleted(stream);
                break;
            case EventKind.Faulted:
                ReportOutcome(stream);
                break;
        }
    }

    private void ReportOutcome(Http2Stream stream)
    {
        stream.Outcome = StreamOutcome.Reported;
        FreeWindow(stream);
    }

    private void CountIfCompleted(Http2Stream stream)
    {
        if (stream is { Outcome: StreamOutcome.Reported, Receive: ReceiveState.Done, Send: SendState.Done } && !stream.Has(StreamMarks.Counted))
        {
            stream.Mark(StreamMarks.Counted);
            _completed++;
        }
    }

    private void FreeWindow(Http2Stream stream)
    {
        _reserved -= stream.WindowSize;
        stream.WindowSize = 0;
    }

    /// <summary>Has the end or the fault reported once the body before it was read.</summary>
    private void Settle(Http2Stream stream)
    {
        if (stream.Outcome != StreamOutcome.Pending)
        {
            return;
        }

        if (stream.Receive == ReceiveState.Done && stream.Body.Length == 0)
        {
            stream.Outcome = StreamOutcome.Due;
            AddEvent(stream, EventKind.EndOfResponse);
        }
        else if (stream.Receive == ReceiveState.Failed && stream.Body.Length == stream.Examined)
        {
            stream.Outcome = StreamOutcome.Due;
            AddEvent(stream, EventKind.Faulted);
        }
    }
}
