using System.Diagnostics;

namespace PollHttp.Core;

internal sealed partial class Http1Connection
{
    private BodyFraming _framing;
    private long _bodyReceived;
    private long _headBytes;
    private int _interimCount;
    private ResponseProgress _progress;
    private InputEnd _inputEnd;
    private TransportFailure _transportFailure;
    private bool _readPaused;
    private bool _awaitsPeer;
    private bool _timeMayHavePassed;
    private ExchangeTimes _times = new();
    private RateWatch _rate;
    private long _examined;
    private (TimerKind Kind, TimeSpan Limit)? _expired;

    /// <summary>Gets how far the latest response has been read and reported.</summary>
    public ResponseProgress Progress => _progress;

    /// <summary>Gets a value indicating whether the final head was read.</summary>
    private bool HasFinalHead => _progress >= ResponseProgress.Body;

    /// <inheritdoc/>
    public override Memory<byte> GetReceiveBuffer(int sizeHint = 0) =>
        _readPaused || _inputEnd != InputEnd.None || _state.IsFinished ? default : _received.GetWritable(sizeHint);

    /// <inheritdoc/>
    public override void CommitReceived(int count, Instant now)
    {
        if (_state.IsFinished)
        {
            return; // further bytes are ignored
        }

        _received.Commit(count);
        _now = now;
        if (_times.FirstByte == Instant.Never && _state.Receive == ReceiveState.Head)
        {
            _times = _times with { FirstByte = now };
        }

        if (_state.Receive == ReceiveState.Body)
        {
            _timers.Set(TimerKind.BodyIdle, now, _timeouts.BodyIdle);
            if (_expired?.Kind == TimerKind.BodyIdle)
            {
                _expired = null; // the connection was not polled: the peer was not silent
            }
        }

        UpdatePause();
    }

    /// <inheritdoc/>
    public override void ReceiveEnd(EndKind kind)
    {
        if (_inputEnd == InputEnd.None)
        {
            _inputEnd = kind == EndKind.Clean ? InputEnd.Clean : InputEnd.NoCloseNotify;
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
        _expired = null;
        Apply(ResponseEvent.BeginResponse);
        _times = new() { Begun = _now };
    }

    private void Apply(ResponseEvent cause) =>
        _progress = ResponseTransitions.Next(_progress, cause) ?? throw new UnreachableException($"{cause} in {_progress}");

    /// <summary>Parses the buffered bytes until there is something to report.</summary>
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
    /// Reports the outcome (the end, a fault, the close) once the application has consumed everything before it. Bytes that it has only
    /// examined do not delay a fault, since no more will arrive; they can be read after the fault.
    /// </summary>
    private void ReportOutcome()
    {
        if (_progress == ResponseProgress.Whole && _received.BodyLength == 0)
        {
            // The response is over for the caller; the exchange is over once the request is, too.
            Apply(ResponseEvent.Report);
            _received.ReleasePassed();
            _events.Add(_current, EventKind.EndOfResponse);
        }
        else if (_progress == ResponseProgress.Broken && _received.BodyLength == _examined)
        {
            Apply(ResponseEvent.Report);
            _events.Add(_current, EventKind.Faulted);
        }
        else if (!_state.IsCloseReported && _progress != ResponseProgress.Whole && _state.IsFinished && _received.BodyLength == _examined)
        {
            _state.ReportClose();
            _timers.StopAll();
            ReleaseOutput();
            ReleaseReceived();
            _events.Add(default, EventKind.Closed);
        }
    }

    /// <summary>Returns the receive buffer once nothing in it can be read any more.</summary>
    private void ReleaseReceived()
    {
        if (_received.BodyLength == 0)
        {
            _received.ReleaseAll();
        }
    }

    /// <summary>Ends the exchange after the close, once what was examined has been consumed.</summary>
    private void EndExchangeIfRead()
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

        if (_inputEnd == InputEnd.Lost)
        {
            _state.Apply(ReceiveEvent.TransportLostBetweenResponses);
            _state.Add(CloseReasons.ServerAsked);
            return true;
        }

        if (_inputEnd != InputEnd.None)
        {
            _state.Apply(ReceiveEvent.EndBetweenResponses);
            _state.Add(CloseReasons.ServerAsked);
            return true;
        }

        if (_current.Value != 0 && _expired?.Kind == TimerKind.SendStall)
        {
            // The whole response was received, and only the request is stuck: that ends the connection, but is not a failure.
            _expired = null;
            _state.Apply(SendEvent.TransportLost);
            return true;
        }

        return false;
    }

    /// <summary>Applies the end, a lost transport or a deadline once everything buffered was read.</summary>
    private bool EndOfInput()
    {
        bool inHead = _state.Receive == ReceiveState.Head;
        if (_progress == ResponseProgress.InHead && _headReader.PendingFault != FaultKind.None && (_inputEnd != InputEnd.None || _expired is not null))
        {
            _headReader.FailPending();
            FailHead();
            return true;
        }

        long received = inHead ? _headBytes + (_progress == ResponseProgress.InHead ? _headReader.BytesRead : 0) : _bodyReceived;
        long expected = inHead ? -1 : _framing.Length;
        bool nothing = inHead && received == 0;
        bool retryable = nothing && (_requestBytesSent == 0 || _completed > 0);
        if (_inputEnd == InputEnd.Lost)
        {
            Fail(FaultKind.ConnectionReset, received, expected, retryable: retryable, transport: _transportFailure);
            return true;
        }

        if (_inputEnd != InputEnd.None)
        {
            EndOfConnection(inHead, nothing, retryable, received, expected);
            return true;
        }

        if (_expired?.Kind == TimerKind.LowSpeed && _rate.TryGoOn(_now))
        {
            _expired = null; // enough had arrived, but the connection was not polled
            AwaitPeer();
        }

        if (_expired is { } expired)
        {
            _expired = null;
            Fail(new Fault
            {
                Kind = FaultKind.TimedOut,
                Phase = ConnectPhase.Http,
                Timer = expired.Kind,
                TimeLimit = expired.Limit,
                BytesReceived = received,
                BytesExpected = expected,
                RequestBytesSent = _requestBytesSent,
                Retryable = _requestBytesSent == 0,
                Detail = expired.Kind == TimerKind.LowSpeed ? _rate.Describe() : null,
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
        else if (_framing.Kind == BodyFramingKind.UntilClose && (_inputEnd == InputEnd.Clean || _options.Allows(Leniency.MissingCloseNotify)))
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
