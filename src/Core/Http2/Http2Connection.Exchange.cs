using System.Buffers;
using System.Numerics;

namespace PollHttp.Core.Http2;

/// <content>The getters of an exchange, and the events of all exchanges in turn.</content>
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
    internal override bool IsContentSent(ExchangeId exchange) => Find(exchange) is { Unsent: 0 } stream && !stream.Has(StreamMarks.ContentDropped);

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
        stream.Events |= 1 << (int)kind;
        if (stream.Has(StreamMarks.InEventRing))
        {
            return;
        }

        stream.Mark(StreamMarks.InEventRing);
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

    private static void KeepEvents(Http2Stream stream, EventKind only) => stream.Events &= 1 << (int)only;

    private static void RemoveEvent(Http2Stream stream, EventKind kind) => stream.Events &= ~(1 << (int)kind);

    /// <summary>Removes the next stream that has events from the event ring. Its events stay.</summary>
    private Http2Stream? LeaveEventRing()
    {
        while (_firstWithEvents is { } stream)
        {
            _firstWithEvents = stream.NextWithEvents;
            _lastWithEvents = _firstWithEvents is null ? null : _lastWithEvents;
            stream.NextWithEvents = null;
            _ = stream.Unmark(StreamMarks.InEventRing);
            if (stream.Events != 0)
            {
                return stream;
            }

            RecycleIfFree(stream);
        }

        return null;
    }

    private bool TakeEvent(out ConnectionEvent next)
    {
        next = default;
        if (LeaveEventRing() is not { } stream)
        {
            return false;
        }

        next = TakeEvent(stream);
        if (stream.Events != 0)
        {
            AddEvent(stream, (EventKind)BitOperations.TrailingZeroCount(stream.Events)); // its turn comes again
        }

        return true;
    }

    private ConnectionEvent TakeEvent(Http2Stream stream)
    {
        EventKind kind = (EventKind)BitOperations.TrailingZeroCount(stream.Events);
        RemoveEvent(stream, kind);
        OnReported(stream, kind);
        return new(kind, stream.Id);
    }

    /// <summary>Takes the next exchange that has had events since it was last taken, for <see cref="PollExchange"/>.</summary>
    internal bool TryTakeWoken(out ExchangeId exchange)
    {
        while (LeaveEventRing() is { } stream)
        {
            if (!stream.IsReleased)
            {
                exchange = stream.Id;
                return true;
            }

            stream.Events = 0; // no place is left that would take them, and they would keep the stream
            RecycleIfFree(stream);
        }

        exchange = default;
        return false;
    }

    /// <summary>Takes the next event of one exchange, out of turn; None when it has none.</summary>
    internal ConnectionEvent PollExchange(ExchangeId exchange, Instant now)
    {
        _now = now;
        SetClocksDue();
        return Find(exchange) is { Events: not 0 } stream ? TakeEvent(stream) : default;
    }

    private void OnReported(Http2Stream stream, EventKind kind)
    {
        switch (kind)
        {
            case EventKind.Informational:
                stream.Reported = stream.Interims.Dequeue();
                stream.Events |= stream.Interims.Count > 0 ? 1 << (int)EventKind.Informational : 0;
                break;
            case EventKind.ResponseHead:
                stream.Reported = stream.Final;
                break;
            case EventKind.EndOfResponse:
                ReportOutcome(stream);
                CountIfCompleted(stream);
                if (stream.PendingBytes > 0)
                {
                    AskForClocks(stream); // the rest of the content has a limit from now on
                }

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

    /// <summary>Adds the event for the end or the fault, once the body before it was read.</summary>
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
