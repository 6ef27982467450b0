using System.Buffers;

namespace PollHttp.Core;

public sealed partial class Http1Connection
{
    private BodyFraming _framing;
    private long _bodyReceived;
    private long _headBytes;
    private int _interimCount;
    private bool _headStarted;
    private bool _finalHeadSeen;
    private bool _endSeen;
    private EndKind _endKind;
    private bool _receiveLost;
    private TransportFailure _transportFailure;
    private bool _readPaused;
    private bool _awaitsPeer;
    private ExchangeTimes _times = new();
    private RateWatch _rate;
    private long _examined;
    private bool _endPending;
    private bool _endReported;
    private bool _faultPending;
    private bool _trailersStarted;
    private bool _tunnelTaken;
    private bool _hasExpired;
    private (TimerKind Kind, TimeSpan Limit) _expired;

    /// <inheritdoc/>
    public override long BodyBytesReceived => _bodyReceived;

    /// <inheritdoc/>
    public override long RequestBytesSent => _requestBytesSent;

    /// <inheritdoc/>
    public override ExchangeTimes Times => _times;

    /// <inheritdoc/>
    public override bool IsBodyReceived => _finalHeadSeen && _state.Receive is not (ReceiveState.Head or ReceiveState.Body or ReceiveState.Failed)
        && !_fault.Exists;

    /// <inheritdoc/>
    public override ReadOnlySequence<byte> Body => _received.Body;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> BodySlice => _received.FirstSlice;

    /// <inheritdoc/>
    public override Memory<byte> GetReceiveBuffer(int sizeHint = 0) =>
        _readPaused || _endSeen || _receiveLost || _state.IsFinished ? default : _received.GetWritable(sizeHint);

    /// <inheritdoc/>
    public override void CommitReceived(int count, Instant now)
    {
        _now = now;
        _received.Commit(count);
        if (_times.FirstByte == Instant.Never && _state.Receive == ReceiveState.Head)
        {
            _times = _times with { FirstByte = now };
        }

        if (_state.Receive == ReceiveState.Body)
        {
            _timers.Set(TimerKind.BodyIdle, now, _limits.BodyIdleTimeout);
            if (_expired.Kind == TimerKind.BodyIdle)
            {
                _hasExpired = false; // nobody polled for so long: the peer was not silent
            }
        }

        UpdatePause();
    }

    /// <inheritdoc/>
    public override void ReceiveEnd(EndKind kind)
    {
        if (!_endSeen && !_receiveLost)
        {
            _endSeen = true;
            _endKind = kind;
        }
    }

    /// <inheritdoc/>
    public override void ConsumeBody(ExchangeId exchange, long count)
    {
        CheckExchange(exchange, nameof(ConsumeBody));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)_received.BodyLength, nameof(count));
        if (count == 0)
        {
            return;
        }

        _received.Consume(count);
        _examined = Math.Max(0, _examined - count);
        OnBodyTaken();
    }

    /// <inheritdoc/>
    public override void ExamineBody(ExchangeId exchange, long count)
    {
        CheckExchange(exchange, nameof(ExamineBody));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)_received.BodyLength, nameof(count));
        _examined = count;
        OnBodyTaken();
    }

    private void OnBodyTaken()
    {
        TimeMayHavePassed = true;
        UpdatePause();
        if (_received.BodyLength == _examined && _state.Receive == ReceiveState.Body)
        {
            // Now it is the peer who is awaited again: from the next poll on, whose time is later than the one known here.
            _awaitsPeer = true;
        }
    }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> TakeTunnel()
    {
        if (_state.Receive != ReceiveState.Switched || _tunnelTaken)
        {
            Misuse.Throw(nameof(TakeTunnel), $"receiving is {_state.Receive}");
        }

        byte[] leftover = new byte[_received.Unparsed];
        int copied = 0;
        while (_received.Unparsed > 0)
        {
            ReadOnlySpan<byte> bytes = _received.Peek();
            bytes.CopyTo(leftover.AsSpan(copied));
            copied += bytes.Length;
            _received.Skip(bytes.Length);
        }

        _received.ReleaseAll();
        _tunnelTaken = true;
        _current = default;
        return leftover;
    }

    private void StartReceiving()
    {
        _head.Reset();
        _trailers.Reset();
        _received.ResetRunningIndex();
        _framing = default;
        _bodyReceived = 0;
        _examined = 0;
        _headBytes = 0;
        _interimCount = 0;
        _headStarted = false;
        _finalHeadSeen = false;
        _endPending = false;
        _endReported = false;
        _trailersStarted = false;
        _hasExpired = false;
        _times = new() { Begun = _now };
    }

    /// <summary>Reads what is buffered as far as it goes, until there is something to report.</summary>
    private void Advance()
    {
        if (_awaitsPeer)
        {
            _awaitsPeer = false;
            if (_state.Receive == ReceiveState.Body && _received.BodyLength == _examined)
            {
                AwaitPeer();
            }
        }

        bool progress = true;
        while (progress && _events.IsEmpty)
        {
            progress = _state.Receive switch
            {
                ReceiveState.Idle or ReceiveState.Done => AdvanceBetween(),
                ReceiveState.Head => AdvanceHead(),
                ReceiveState.Body => AdvanceBody(),
                _ => false,
            };
        }

        if (_events.IsEmpty)
        {
            ReportOutcome();
        }
    }

    /// <summary>What waits until the application has consumed everything before it: the end, a fault, the close.</summary>
    private void ReportOutcome()
    {
        if (_endPending && _received.BodyLength == 0)
        {
            _endPending = false;
            _received.ReleasePassed();
            _events.Add(EventKind.EndOfResponse);
        }
        else if (_faultPending && _received.BodyLength == 0)
        {
            _faultPending = false;
            _events.Add(EventKind.Faulted);
        }
        else if (!_closedReported && _state.IsFinished && _received.BodyLength == 0)
        {
            _closedReported = true;
            _timers.StopAll();
            _received.ReleaseAll();
            _current = default;
            _events.Add(EventKind.Closed);
        }
    }

    private bool AdvanceBetween()
    {
        if (_received.Unparsed > 0)
        {
            _state.Add(_state.Receive == ReceiveState.Idle ? CloseReasons.BytesWhileIdle : CloseReasons.BytesAfterResponse);
            DropUnparsed();
            return true;
        }

        if (_receiveLost)
        {
            _state.Add(CloseReasons.ServerAsked);
            if (_state.Receive is ReceiveState.Idle or ReceiveState.Done)
            {
                _state.Apply(ReceiveEvent.TransportLostBetweenResponses);
            }

            return true;
        }

        if (_endSeen)
        {
            _state.Apply(ReceiveEvent.EndBetweenResponses);
            _state.Add(CloseReasons.ServerAsked);
            return true;
        }

        return false;
    }

    private bool AdvanceHead()
    {
        if (_received.Unparsed > 0 && _requestBytesSent == 0)
        {
            DropUnparsed();
            Fail(FaultKind.UnsolicitedBytes, 0, retryable: true);
            return true;
        }

        while (_received.Unparsed > 0)
        {
            if (!_headStarted)
            {
                _headStarted = true;
                _head.Reset();
                _headReader.Start(_head.Storage, trailers: false, _headBytes);
            }

            HeadProgress progress = _headReader.Read(_received.Peek(), out int consumed);
            _received.Skip(consumed);
            if (progress == HeadProgress.Faulted)
            {
                FailHead();
                return true;
            }

            if (progress == HeadProgress.Complete)
            {
                _headBytes += _headReader.BytesRead;
                _headStarted = false;
                EndHead();
                return true;
            }
        }

        _received.ReleasePassed();
        return EndOfInput();
    }

    private void FailHead()
    {
        string? detail = _headReader.Fault is FaultKind.MalformedStatusLine or FaultKind.UnsupportedVersion
            ? StatusLineParser.DescribeFirstBytes(_headReader.CurrentLine)
            : null;
        Fail(_headReader.Fault, _headBytes + _headReader.BytesRead, _headReader.Limit, detail);
    }

    private void EndHead()
    {
        _head.StatusCode = _headReader.StatusCode;
        _head.MinorVersion = _headReader.MinorVersion;
        _head.ReasonStart = _headReader.ReasonStart;
        _head.ReasonLength = _headReader.ReasonLength;
        if (_head.StatusCode == 101)
        {
            EndSwitchHead();
        }
        else if (_head.StatusCode < 200)
        {
            EndInterimHead();
        }
        else
        {
            EndFinalHead();
        }
    }

    private void EndInterimHead()
    {
        if (FramingRules.HasTransferCoding(_head.Headers))
        {
            Fail(FaultKind.UnsupportedTransferCoding, _headBytes);
            return;
        }

        if (++_interimCount > _limits.InformationalCount)
        {
            Fail(FaultKind.TooManyInformational, _headBytes, _limits.InformationalCount);
            return;
        }

        _state.Apply(ReceiveEvent.InterimHead);
        if (_head.StatusCode == 100 && _state.Send == SendState.AwaitContinue)
        {
            _timers.Stop(TimerKind.ContinueWait);
            _state.Apply(SendEvent.ContinueReceived);
        }

        _events.Add(EventKind.Informational);
    }

    private void EndSwitchHead()
    {
        // A 101 counts only when the request is complete and asked for it (RFC 9110 §7.8), and names a protocol.
        if (_state.Send != SendState.MightSwitch || _isConnect || !_head.Headers.Contains("Upgrade"))
        {
            Fail(FaultKind.UnexpectedSwitch, _headBytes);
            return;
        }

        Switch();
    }

    private void Switch()
    {
        _finalHeadSeen = true;
        _head.Framing = new(BodyFramingKind.Tunnel, -1);
        _timers.StopAll();
        _state.Apply(ReceiveEvent.SwitchHead);
        _events.Add(EventKind.ResponseHead);
        _events.Add(EventKind.Upgraded);
    }

    private void EndFinalHead()
    {
        FramingRules.Decision decision = FramingRules.Decide(_head, _isHead, _isConnect, _limits);
        if (decision.Fault != FaultKind.None)
        {
            Fail(decision.Fault, _headBytes);
            return;
        }

        _framing = _head.Framing = decision.Framing;
        _head.ContentLength = decision.ContentLength;
        if (_framing.Kind == BodyFramingKind.Tunnel)
        {
            Switch();
            return;
        }

        if (_limits.BodyBytes is { } most && _framing.Length > most)
        {
            Fail(FaultKind.BodyTooLarge, 0, most);
            return;
        }

        _finalHeadSeen = true;
        _timers.Stop(TimerKind.ResponseHead);
        _timers.Stop(TimerKind.ContinueWait);
        _events.Add(EventKind.ResponseHead);
        bool early = _state.Send is SendState.Body or SendState.AwaitContinue;
        if (early)
        {
            _events.Add(EventKind.FinalHeadBeforeBodyEnd);
        }

        if (_state.Send == SendState.MightSwitch)
        {
            _state.Apply(SendEvent.SwitchRefused);
        }

        CloseReasons reasons = ReuseRules.Decide(_head) | (decision.Ambiguous ? CloseReasons.AmbiguousFraming : CloseReasons.None);
        if (_framing.Kind == BodyFramingKind.None)
        {
            _endPending = true;
            _times = _times with { LastByte = _now };
            _state.Add(reasons);
            _state.Apply(ReceiveEvent.FinalHeadWithoutContent);
            return;
        }

        _state.Apply(ReceiveEvent.FinalHeadWithContent);
        _state.Add(reasons);
        _chunked.Start();
        if (_limits.MinimumBytesPerSecond is { } rate)
        {
            _rate.Start(rate, _limits.MinimumRateWindow, _now);
        }

        AwaitPeer();
    }

    /// <summary>It is the peer who is awaited: the clocks of its silence and of its slowness run.</summary>
    private void AwaitPeer()
    {
        _timers.Set(TimerKind.BodyIdle, _now, _limits.BodyIdleTimeout);
        if (_limits.MinimumBytesPerSecond is not null)
        {
            _rate.Resume(_now);
            _timers.SetAt(TimerKind.LowSpeed, _rate.Deadline, _rate.Window);
        }
    }

    /// <summary>While the application has something to read, it is not the peer who is slow .</summary>
    private void AwaitApplication()
    {
        _timers.Stop(TimerKind.BodyIdle);
        _timers.Stop(TimerKind.LowSpeed);
        _rate.Pause(_now);
    }

    private bool AdvanceBody()
    {
        long before = _received.BodyLength;
        bool going = true;
        while (going && _state.Receive == ReceiveState.Body && _received.Unparsed > 0)
        {
            going = _framing.Kind switch
            {
                BodyFramingKind.Length => ReadLength(),
                BodyFramingKind.Chunked => ReadChunked(),
                _ => ReadUntilClose(),
            };
        }

        _received.ReleasePassed();
        UpdatePause();
        if (_received.BodyLength > before)
        {
            AwaitApplication();
            _events.Add(EventKind.BodyData);
            return true;
        }

        return _state.Receive == ReceiveState.Body ? EndOfInput() : _state.Receive == ReceiveState.Idle;
    }

    private bool ReadLength()
    {
        int count = (int)Math.Min(_received.Peek().Length, _framing.Length - _bodyReceived);
        TakeBody(count);
        if (_bodyReceived == _framing.Length)
        {
            EndBody(ReceiveEvent.FramingComplete);
        }

        return true;
    }

    private bool ReadUntilClose()
    {
        int count = _received.Peek().Length;
        if (_limits.BodyBytes is { } most && _bodyReceived + count > most)
        {
            return FailBody(FaultKind.BodyTooLarge, most);
        }

        TakeBody(count);
        return true;
    }

    private bool ReadChunked()
    {
        switch (_chunked.State)
        {
            case ChunkedState.Data:
                int count = (int)Math.Min(_received.Peek().Length, _chunked.DataLeft);
                if (_limits.BodyBytes is { } most && _bodyReceived + count > most)
                {
                    return FailBody(FaultKind.BodyTooLarge, most);
                }

                TakeBody(count);
                _chunked.DataRead(count);
                return true;
            case ChunkedState.Trailers:
                return ReadTrailers();
            default:
                bool sound = _chunked.Read(_received.Peek(), out int consumed);
                _received.Skip(consumed);
                return sound || FailBody(_chunked.Fault, _chunked.Limit);
        }
    }

    private bool ReadTrailers()
    {
        if (!_trailersStarted)
        {
            _trailersStarted = true;
            _headReader.Start(_trailers.Storage, trailers: true, 0);
        }

        HeadProgress progress = _headReader.Read(_received.Peek(), out int consumed);
        _received.Skip(consumed);
        if (progress == HeadProgress.Faulted)
        {
            _trailers.Reset();
            return FailBody(_headReader.Fault, _headReader.Limit);
        }

        if (progress == HeadProgress.Complete)
        {
            TrailerRules.RemoveForbidden(_trailers.Storage, _trailers.Headers);
            _chunked.TrailersRead();
            EndBody(ReceiveEvent.FramingComplete);
        }

        return true;
    }

    private void TakeBody(int count)
    {
        _received.TakeBody(count);
        _bodyReceived += count;
        _rate.Count(count);
    }

    private void EndBody(ReceiveEvent cause)
    {
        _endPending = true;
        _times = _times with { LastByte = _now };
        _timers.Stop(TimerKind.BodyIdle);
        _timers.Stop(TimerKind.LowSpeed);
        _state.Apply(cause);
    }

    private bool FailBody(FaultKind kind, long limit)
    {
        DropUnparsed();
        Fail(kind, _bodyReceived, limit);
        return false;
    }

    /// <summary>Everything buffered was read: now the end, a lost transport or a deadline takes effect.</summary>
    private bool EndOfInput()
    {
        bool inHead = _state.Receive == ReceiveState.Head;
        long received = inHead ? _headBytes + (_headStarted ? _headReader.BytesRead : 0) : _bodyReceived;
        long expected = inHead ? -1 : _framing.Length;
        bool nothing = inHead && received == 0;
        bool retryable = nothing && (_requestBytesSent == 0 || _completed > 0);
        if (_receiveLost)
        {
            Fail(FaultKind.ConnectionReset, received, expected, retryable: retryable, transport: _transportFailure);
            return true;
        }

        if (_endSeen)
        {
            EndOfConnection(inHead, nothing, retryable, received, expected);
            return true;
        }

        if (_hasExpired && _expired.Kind == TimerKind.LowSpeed && _rate.TryGoOn(_now))
        {
            _hasExpired = false; // enough had come, but nobody had polled
            AwaitPeer();
        }

        if (_hasExpired)
        {
            _hasExpired = false;
            Fail(new Fault
            {
                Kind = FaultKind.TimedOut,
                Phase = ConnectPhase.Http,
                Timer = _expired.Kind,
                TimeLimit = _expired.Limit,
                BytesReceived = received,
                BytesExpected = expected,
                RequestBytesSent = _requestBytesSent,
                Retryable = _requestBytesSent == 0,
                Detail = _expired.Kind == TimerKind.LowSpeed ? _rate.Describe() : null,
            });
            return true;
        }

        return false;
    }

    private void EndOfConnection(bool inHead, bool nothing, bool retryable, long received, long expected)
    {
        if (inHead)
        {
            Fail(
                nothing ? FaultKind.ClosedBeforeResponse : FaultKind.TruncatedHead,
                received,
                retryable: retryable,
                transport: _transportFailure);
        }
        else if (_framing.Kind == BodyFramingKind.UntilClose && (_endKind == EndKind.Clean || _limits.AllowMissingCloseNotify))
        {
            EndBody(ReceiveEvent.EndCompletesBody);
        }
        else
        {
            Fail(
                FaultKind.TruncatedBody,
                received,
                expected,
                _framing.Kind == BodyFramingKind.UntilClose ? "TLS ended without close_notify" : null);
        }
    }

    /// <summary>Stops reading at the high-water mark and goes on under the low one.</summary>
    private void UpdatePause()
    {
        long held = _received.BodyLength - _examined + _received.Unparsed;
        if (!_readPaused)
        {
            _readPaused = held >= _limits.ReceiveHighWater;
        }
        else if (held <= _limits.ReceiveLowWater)
        {
            _readPaused = false;
        }

        if (_readPaused && _received.BodyLength > _examined)
        {
            AwaitApplication();
        }
    }

    private void DropUnparsed()
    {
        while (_received.Unparsed > 0)
        {
            _received.Skip(_received.Peek().Length);
        }

        _received.ReleasePassed();
    }
}
