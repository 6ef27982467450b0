namespace PollHttp.Core.Http2;

/// <content>DATA: the windows and the bodies of responses.</content>
internal sealed partial class Http2Connection
{
    /// <summary>The divisor for the share of the connection's window that is used up before credit is sent.</summary>
    private const int ConnectionCreditShare = 8;

    /// <summary>The divisor for the share of a stream's window that is read before credit is sent.</summary>
    private const int StreamCreditShare = 4;

    /// <summary>How many times larger a window becomes: from 64 KiB to 16 MiB in four round trips.</summary>
    private const int WindowGrowth = 4;

    private long _receiveWindow;
    private long _receiveCredit;
    private Http2Stream? _dataStream;
    private int _dataCount;
    private long _unconsumed;

    private void BeginData(FrameHeader frame)
    {
        _dataCount = 0;
        _dataStream = null;
        _receiveWindow -= frame.Length;
        if (_receiveWindow < 0)
        {
            FailConnection(Http2Error.FlowControlError, "more came than the connection's window allows");
            return;
        }

        // The frame is credited whatever happens to it: the windows of the streams limit what is kept.
        _receiveCredit += frame.Length;
        Http2Stream? stream = FindOpen(frame.StreamId);
        if (stream is not { Receive: ReceiveState.Head or ReceiveState.Body })
        {
            _ = CheckClosed(frame);
            return;
        }

        stream.ReceiveWindow -= frame.Length;
        if (stream.ReceiveWindow < 0)
        {
            FailStream(stream, Http2Error.FlowControlError, FaultKind.ProtocolViolation, "more came than the stream's window allows");
        }
        else if (stream.Receive == ReceiveState.Head)
        {
            Malformed(stream, "DATA came before the final head");
        }
        else
        {
            _dataStream = stream;
        }
    }

    private void OnData(Slab slab, int start, int count)
    {
        bool isFirst = _dataCount == 0;
        _dataCount += count;
        if (_dataStream is not { Receive: ReceiveState.Body } stream || (isFirst && !CheckContent(stream)))
        {
            return;
        }

        stream.BodyReceived += count;
        stream.Body.Take(_received, slab, start, count, _received.MustCopy());
        stream.Rate.Count(count);
        _unconsumed += count;
        AwaitApplication(stream);
        AddEvent(stream, EventKind.BodyData);
    }

    /// <summary>Checks the content of a frame before any of it is kept, so that the result does not depend on how the frame arrives.</summary>
    private bool CheckContent(Http2Stream stream)
    {
        long whole = stream.BodyReceived + _reader.Header.Length - _reader.PaddingLength;
        BodyFraming framing = stream.Final.Framing;
        if (framing.Kind == BodyFramingKind.None)
        {
            Malformed(stream, "a response has content that can't have any");
        }
        else if (framing.Length >= 0 && whole > framing.Length)
        {
            Malformed(stream, $"more came than the {framing.Length} bytes announced");
        }
        else if (stream.Limits.BodyBytes is { } most && whole > most)
        {
            FailStream(stream, Http2Error.Cancel, FaultKind.BodyTooLarge, null, most);
        }
        else
        {
            return true;
        }

        return false;
    }

    private void EndData(FrameHeader frame)
    {
        bool isEnd = frame.Has(FrameFlags.EndStream);
        if (_dataStream is not { Receive: ReceiveState.Body } stream)
        {
            bool mayBeLate = _dataStream is not null ? isEnd
                : frame.Length > 0 ? _closed.TryTakeWindow(frame.StreamId, frame.Length)
                : isEnd && _closed.TryTakeEnd(frame.StreamId);
            _flood.Spend(mayBeLate ? 0 : 1);
            return;
        }

        _flood.OnData(_dataCount, isEnd);
        _dataStream = null;
        if (isEnd)
        {
            EndResponse(stream);
        }
        else if (_reader.PaddingLength > 0)
        {
            GiveCredit(stream, _reader.PaddingLength);
        }
    }

    /// <summary>Handles END_STREAM of a response.</summary>
    private void EndResponse(Http2Stream stream)
    {
        BodyFraming framing = stream.Final.Framing;
        if (framing.Kind == BodyFramingKind.Frames && framing.Length >= 0 && stream.BodyReceived != framing.Length)
        {
            Malformed(stream, $"{stream.BodyReceived} of {framing.Length} bytes announced came");
            return;
        }

        stream.Times = stream.Times with { LastByte = _now };
        stream.Timers.Stop(TimerKind.BodyIdle);
        stream.Timers.Stop(TimerKind.LowSpeed);
        if (stream.Apply(StreamEvent.EndReceived))
        {
            OnStreamClosed(stream, ClosedReason.Ended);
        }
        else
        {
            ResetIfCut(stream);
        }

        Settle(stream);
        if (stream.Examined > 0 && stream.Body.Length == stream.Examined)
        {
            AddEvent(stream, EventKind.BodyData); // the reader waits for more than it left unread, and now knows that there is no more
        }
    }

    /// <inheritdoc/>
    public override void ConsumeBody(ExchangeId exchange, long count)
    {
        Http2Stream stream = Get(exchange, nameof(ConsumeBody));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)stream.Body.Length, nameof(count));
        if (count == 0)
        {
            return;
        }

        stream.Body.Consume(_received, count);
        _unconsumed -= count;
        stream.Examined = Math.Max(0, stream.Examined - count);
        long ahead = Math.Min(count, stream.CreditedAhead);
        stream.CreditedAhead -= ahead;
        OnBodyTaken(stream, count - ahead);
    }

    /// <inheritdoc/>
    public override void ExamineBody(ExchangeId exchange, long count)
    {
        Http2Stream stream = Get(exchange, nameof(ExamineBody));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)stream.Body.Length, nameof(count));
        stream.Examined = count;
        long more = Math.Max(0, count - stream.CreditedAhead);
        stream.CreditedAhead += more;
        OnBodyTaken(stream, more);
    }

    private void OnBodyTaken(Http2Stream stream, long credit)
    {
        _timeMayHavePassed = true;
        if (credit > 0)
        {
            GiveCredit(stream, credit);
        }

        if (stream.Receive == ReceiveState.Body && stream.Body.Length == stream.Examined)
        {
            stream.Mark(StreamMarks.PeerAwaited);
            AskForClocks(stream);
        }

        Settle(stream);
    }

    /// <summary>Returns credit for what was read to the peer, if it is worth a frame or if the reader waits.</summary>
    private void GiveCredit(Http2Stream stream, long count)
    {
        stream.Credit += count;
        if (stream.Receive != ReceiveState.Body || stream.State == StreamState.Closed || !IsOpen)
        {
            return;
        }

        bool isWaiting = stream.Body.Length == stream.Examined && stream.ReceiveWindow < FrameSize;
        if (stream.Credit < stream.WindowSize / StreamCreditShare && !isWaiting)
        {
            return;
        }

        Grow(stream);
        long increment = Math.Min(stream.Credit, MaxWindow - stream.ReceiveWindow);
        if (increment > 0)
        {
            stream.Credit -= increment;
            stream.ReceiveWindow += increment;
            _output.AddWindowUpdate(stream.StreamId, (int)increment);
        }
    }

    /// <summary>
    /// Makes the window of a stream larger, four times, when its reader kept up for half of it, since it may be too small for the round-trip
    /// time. No ping measures that time, because servers count pings as attacks. Half of the budget stays free for other streams.
    /// </summary>
    private void Grow(Http2Stream stream)
    {
        if (stream.BodyReceived - stream.BodyAtGrowth < stream.WindowSize / 2 || stream.Body.Length - stream.CreditedAhead > FrameSize)
        {
            return;
        }

        stream.BodyAtGrowth = stream.BodyReceived;
        long growth = Math.Min(Math.Min((WindowGrowth - 1L) * stream.WindowSize, _options.MaxStreamWindow - stream.WindowSize), (_options.ReceiveBudget / 2) - _reserved);
        if (growth > 0)
        {
            stream.WindowSize += (int)growth;
            stream.Credit += growth;
            _reserved += growth;
        }
    }

    /// <summary>Returns credit for the connection's window to the peer. Called after each read.</summary>
    private void GiveConnectionCredit()
    {
        if (_receiveCredit >= _options.ReceiveBudget / ConnectionCreditShare && IsOpen)
        {
            _receiveWindow += _receiveCredit;
            _output.AddWindowUpdate(0, (int)_receiveCredit);
            _receiveCredit = 0;
        }
    }
}
