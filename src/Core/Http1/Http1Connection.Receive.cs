namespace PollHttp.Core;

internal sealed partial class Http1Connection
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
    private bool _timeMayHavePassed;
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
    public override Memory<byte> GetReceiveBuffer(int sizeHint = 0) =>
        _readPaused || _endSeen || _receiveLost || _state.IsFinished ? default : _received.GetWritable(sizeHint);

    /// <inheritdoc/>
    public override void CommitReceived(int count, Instant now)
    {
        if (_state.IsFinished)
        {
            return; // whatever still comes is nobody's
        }

        _received.Commit(count);
        _now = now;
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

        if (_writeRefused && AwaitsContent)
        {
            _writeRefused = false;
            _events.Add(_current, EventKind.WriteReady);
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

        UpdatePause();
        if (_events.IsEmpty)
        {
            ReportOutcome();
        }
    }

    /// <summary>
    /// What waits until the application has consumed everything before it: the end, a fault, the close. Bytes that it has examined, and
    /// keeps because it needs more, hold up no fault, since more will not come; they can be read after it.
    /// </summary>
    private void ReportOutcome()
    {
        if (_endPending && _received.BodyLength == 0)
        {
            _endPending = false;
            _received.ReleasePassed();
            _events.Add(_current, EventKind.EndOfResponse);
        }
        else if (_faultPending && _received.BodyLength == _examined)
        {
            _faultPending = false;
            _events.Add(_current, EventKind.Faulted);
        }
        else if (!_closedReported && !_endPending && _state.IsFinished && _received.BodyLength == _examined)
        {
            _closedReported = true;
            _timers.StopAll();
            ReleaseOutput();
            ReleaseReceived();
            _events.Add(default, EventKind.Closed);
        }
    }

    /// <summary>Gives back the receive buffer once nothing in it can be read any more.</summary>
    private void ReleaseReceived()
    {
        if (_received.BodyLength == 0)
        {
            _received.ReleaseAll();
        }
    }

    /// <summary>After the close nothing is left to do in the exchange but to consume what was examined.</summary>
    private void ForgetExchangeIfRead()
    {
        if (_received.BodyLength == 0)
        {
            _current = default;
        }
    }

    private bool AdvanceBetween()
    {
        if (_received.Unparsed > 0)
        {
            CloseReasons reason = _state.Receive == ReceiveState.Idle ? CloseReasons.BytesWhileIdle : CloseReasons.BytesAfterResponse;
            _state.Apply(ReceiveEvent.StrayBytes);
            _state.Add(reason);
            DropUnparsed();
            return true;
        }

        if (_receiveLost)
        {
            _state.Apply(ReceiveEvent.TransportLostBetweenResponses);
            _state.Add(CloseReasons.ServerAsked);
            return true;
        }

        if (_endSeen)
        {
            _state.Apply(ReceiveEvent.EndBetweenResponses);
            _state.Add(CloseReasons.ServerAsked);
            return true;
        }

        if (_hasExpired && _current.Value != 0 && _expired.Kind is TimerKind.SendStall or TimerKind.Total)
        {
            // The response is whole, only its request is stuck, in its content or in what was written of it last: that ends the
            // connection, and fails nothing.
            _hasExpired = false;
            _state.Apply(SendEvent.TransportLost);
            return true;
        }

        return false;
    }

    /// <summary>Everything buffered was read: now the end, a lost transport or a deadline takes effect.</summary>
    private bool EndOfInput()
    {
        bool inHead = _state.Receive == ReceiveState.Head;
        if (inHead && _headStarted && _headReader.PendingFault != FaultKind.None && (_receiveLost || _endSeen || _hasExpired))
        {
            _headReader.FailPending();
            FailHead();
            return true;
        }

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

    private void DropUnparsed()
    {
        while (_received.Unparsed > 0)
        {
            _received.Skip(_received.Peek().Length);
        }

        _received.ReleasePassed();
    }
}
