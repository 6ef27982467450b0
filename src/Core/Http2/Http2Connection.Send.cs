using System.Buffers;
using System.Text;

namespace PollHttp.Core.Http2;

/// <content>Requests: field blocks are sent at once, content by urgency, in turns among streams of the same, one frame a turn, within both windows.</content>
internal sealed partial class Http2Connection
{
    /// <summary>The number of octets queued ahead of the transport: enough for one system call, and few enough to let other frames in
    /// between.</summary>
    private const int CommitAhead = 64 * 1024;

    private const int MostPriorityOctets = 256;

    /// <summary>The number of streams that may be reset while the peer sends nothing. A peer that hangs, and has set no limit of streams, gets no
    /// more requests than that.</summary>
    private const int MostResetsUnanswered = 100;

    private long _sendWindow;
    private readonly SendScheduler _toSend = new();
    private int _resetsQueued;
    private int _resetsUnanswered;
    private bool _isProbing;

    private bool HasOutput => !_output.IsEmpty || (_toSend.First is not null && _sendWindow > 0 && IsOpen);

    /// <inheritdoc/>
    public override int Write(ExchangeId exchange, ReadOnlyMemory<byte> data)
    {
        Http2Stream stream = Get(exchange, nameof(Write));
        if (stream.Send == SendState.AwaitContinue && !stream.HasFinalHead)
        {
            stream.Mark(StreamMarks.WriteRefused);
            return 0;
        }

        if (stream.Send is not (SendState.Body or SendState.AwaitContinue))
        {
            Misuse.Throw(nameof(Write), $"sending is {stream.Send}");
        }

        if (stream.ContentLeft >= 0 && data.Length > stream.ContentLeft)
        {
            Misuse.Throw(nameof(Write), $"{data.Length} bytes are more than the {stream.ContentLeft} left of the announced length");
        }

        if (data.IsEmpty || stream.Unsent >= stream.Limits.SendHighWater)
        {
            if (!data.IsEmpty)
            {
                stream.Mark(StreamMarks.WriteRefused);
            }

            return 0;
        }

        if (stream.Send == SendState.AwaitContinue)
        {
            Continue(stream);
        }

        stream.ContentLeft -= stream.ContentLeft >= 0 ? data.Length : 0;
        stream.Pieces.Enqueue(data);
        stream.PendingBytes += data.Length;
        stream.Mark(StreamMarks.OwesRelease);
        RemoveEvent(stream, EventKind.BodyReleased);
        _toSend.Update(stream);
        AskForClocks(stream);
        return data.Length;
    }

    /// <inheritdoc/>
    public override void FinishBody(ExchangeId exchange, HeaderList? trailers = null)
    {
        Http2Stream stream = Get(exchange, nameof(FinishBody));
        if (!stream.Allows(StreamEvent.FinishContent))
        {
            Misuse.Throw(nameof(FinishBody), $"sending is {stream.Send}");
        }

        if (stream.ContentLeft > 0)
        {
            Misuse.Throw(nameof(FinishBody), $"{stream.ContentLeft} bytes of the announced length are missing");
        }

        if (trailers is { Count: > 0 })
        {
            TrailerRules.CheckRequestTrailers(trailers, ContentFraming.Chunked);
            stream.RequestTrailers = trailers;
        }

        _ = stream.Apply(StreamEvent.FinishContent);
        stream.End = ContentEnd.Asked;
        if (stream.PendingBytes == 0)
        {
            QueueEnd(stream);
        }

        CountIfCompleted(stream);
    }

    /// <inheritdoc/>
    public override void AbandonBody(ExchangeId exchange)
    {
        Http2Stream stream = Get(exchange, nameof(AbandonBody));
        bool isOpen = stream.Allows(StreamEvent.AbandonContent);
        if (!isOpen && !(stream.HasFinalHead && stream.HoldsBorrowed))
        {
            Misuse.Throw(nameof(AbandonBody), $"sending is {stream.Send}");
        }

        _ = stream.Apply(StreamEvent.AbandonContent);
        stream.Timers.Stop(TimerKind.ContinueWait);
        StopUpload(stream);
        ResetIfCut(stream);
    }

    /// <inheritdoc/>
    public override void UpdatePriority(ExchangeId exchange, string priority)
    {
        ArgumentNullException.ThrowIfNull(priority);
        byte[] octets = Encoding.Latin1.GetBytes(RequestHeadRules.CheckField(new("Priority", priority)).Value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets.Length, MostPriorityOctets, nameof(priority));
        Http2Stream stream = Get(exchange, nameof(UpdatePriority));
        if (stream.State == StreamState.Closed || !IsOpen)
        {
            return; // the peer has sent everything
        }

        _toSend.Change(stream, PriorityField.UrgencyOf(priority));
        _output.AddPriorityUpdate(stream.StreamId, octets);
    }

    /// <inheritdoc/>
    public override ReadOnlySequence<byte> GetOutput()
    {
        while (_output.Length < CommitAhead && _sendWindow > 0 && _toSend.First is { } stream && IsOpen)
        {
            _toSend.Remove(stream);
            QueueData(stream);
            _toSend.Update(stream);
        }

        return _output.Output;
    }

    /// <inheritdoc/>
    public override void AdvanceSent(long count, Instant now)
    {
        _now = now;
        _output.Advance(count);
        while (_output.TryTakeSent(out QueuedFrame sent, out long bytes, out bool isWhole))
        {
            Http2Stream stream = sent.Stream;
            stream.RequestBytesSent += bytes;
            _lastSent = Math.Max(_lastSent, stream.StreamId);
            if (isWhole)
            {
                OnFrameSent(stream, sent);
            }
        }

        ForgetSentAnswers(_pingAnswers);
        ForgetSentAnswers(_settingsAnswers);
        if (_output.IsEmpty)
        {
            _timers.Stop(TimerKind.SendStall);
            if (_stage == Http2Stage.Ending)
            {
                _stage = Http2Stage.Ended;
            }
        }
        else if (IsOpen)
        {
            _timers.Set(TimerKind.SendStall, now, _own.Timeouts.SendStall);
        }
    }

    private void OnFrameSent(Http2Stream stream, in QueuedFrame sent)
    {
        switch (sent.Kind)
        {
            case QueuedFrameKind.Data:
                stream.QueuedBytes -= sent.Content;
                break;
            case QueuedFrameKind.Reset:
                _resetsQueued--;
                _resetsUnanswered++; // a peer that hangs gets no other request in place of this one
                ProbeIfFull();
                break;
            case QueuedFrameKind.Fields when stream.Send == SendState.AwaitContinue && !stream.HasFinalHead:
                SetTimer(stream, TimerKind.ContinueWait, stream.Timeouts.Expect100Continue);
                break;
        }

        if (sent.EndsStream || (sent.Kind == QueuedFrameKind.Fields && (stream.Traits & HeadTraits.Connect) != 0))
        {
            stream.Times = stream.Times with { Sent = _now };
            if (stream.Receive == ReceiveState.Head)
            {
                SetTimer(stream, TimerKind.ResponseHead, stream.Timeouts.ResponseHead);
            }
        }

        ReportReleased(stream);
        WakeWriter(stream);
        RecycleIfFree(stream);
    }

    /// <summary>
    /// Sends a ping if streams that were reset use up all places and the peer sends nothing. Only one ping is under way at a time, since a ping
    /// for each reset would be taken for an attack.
    /// </summary>
    private void ProbeIfFull()
    {
        if (!_isProbing && IsOpen && (TakenPlaces >= _peer.MaxConcurrentStreams || _resetsUnanswered >= MostResetsUnanswered))
        {
            _isProbing = true;
            _output.Add(new(PingSize, FrameType.Ping, FrameFlags.None, 0), "AreYouOk"u8);
        }
    }

    private void QueueFields(Http2Stream stream, bool endsStream)
    {
        _output.AddFields(stream, _encoder.Block, FrameSize, endsStream);
        if (endsStream)
        {
            OnEndQueued(stream);
        }
    }

    private void QueueData(Http2Stream stream)
    {
        int count = (int)Math.Min(Math.Min(FrameSize, stream.PendingBytes), Math.Min(stream.SendWindow, _sendWindow));
        bool isLast = count == stream.PendingBytes && stream.End == ContentEnd.Asked;
        bool endsStream = isLast && stream.RequestTrailers is null;
        _output.Add(new(count, FrameType.Data, endsStream ? FrameFlags.EndStream : FrameFlags.None, stream.StreamId), default);
        for (int left = count; left > 0;)
        {
            ReadOnlyMemory<byte> piece = stream.Pieces.Peek()[stream.PieceOffset..];
            int taken = Math.Min(left, piece.Length);
            _output.AppendBorrowed(piece[..taken], stream);
            left -= taken;
            stream.PieceOffset += taken;
            if (taken == piece.Length)
            {
                stream.Pieces.Dequeue();
                stream.PieceOffset = 0;
            }
        }

        _output.Mark(stream, QueuedFrameKind.Data, FrameHeader.Size + count, count, endsStream);
        stream.PendingBytes -= count;
        stream.QueuedBytes += count;
        stream.SendWindow -= count;
        _sendWindow -= count;
        _flood.OnDataSent();
        stream.Timers.Stop(TimerKind.SendStall);
        if (stream.PendingBytes > 0)
        {
            SetTimer(stream, TimerKind.SendStall, SendStallOf(stream));
        }

        if (endsStream)
        {
            OnEndQueued(stream);
        }
        else if (isLast)
        {
            QueueEnd(stream);
        }
    }

    /// <summary>Queues the end of a content that is whole in the output. The end needs no window.</summary>
    private void QueueEnd(Http2Stream stream)
    {
        if (stream.RequestTrailers is { } trailers)
        {
            RequestFields.EncodeTrailers(trailers, _encoder);
            QueueFields(stream, endsStream: true);
            return;
        }

        _output.Add(new(0, FrameType.Data, FrameFlags.EndStream, stream.StreamId), default);
        _output.Mark(stream, QueuedFrameKind.Data, FrameHeader.Size, 0, endsStream: true);
        OnEndQueued(stream);
    }

    private void OnEndQueued(Http2Stream stream)
    {
        stream.End = ContentEnd.Settled;
        if (stream.Apply(StreamEvent.EndQueued))
        {
            OnStreamClosed(stream, ClosedReason.Ended);
        }
    }

    private void Continue(Http2Stream stream)
    {
        _ = stream.Apply(StreamEvent.Continue);
        stream.Timers.Stop(TimerKind.ContinueWait);
        WakeWriter(stream);
    }

    private void WakeWriter(Http2Stream stream)
    {
        if (stream.AwaitsContent && stream.Unmark(StreamMarks.WriteRefused))
        {
            AddEvent(stream, EventKind.WriteReady);
        }
    }

    private void ReportReleased(Http2Stream stream)
    {
        if (!stream.HoldsBorrowed && stream.Unmark(StreamMarks.OwesRelease))
        {
            AddEvent(stream, EventKind.BodyReleased);
        }
    }
}
