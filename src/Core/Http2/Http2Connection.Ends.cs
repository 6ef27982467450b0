namespace PollHttp.Core.Http2;

/// <content>The ends of streams by a reset of either side, of uploads, and of the connection with all its exchanges.</content>
internal sealed partial class Http2Connection
{
    /// <summary>The time that our GOAWAY may take to be sent.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private TransportFailure _transportFailure;

    /// <inheritdoc/>
    public override void Abort(ExchangeId exchange, bool whileRead = false)
    {
        Http2Stream stream = Get(exchange, nameof(Abort));
        Cancel(stream, whileRead, resets: IsOpen);
        RecycleIfFree(stream);
    }

    /// <summary>Determines whether an exchange has not ended, or its end has not been reported.</summary>
    internal bool IsUnderWay(ExchangeId exchange) => Find(exchange) is { IsReleased: false, IsUnderWay: true };

    /// <summary>Determines whether memory of a content is still held although the final response has come.</summary>
    internal bool HoldsContent(ExchangeId exchange) => Find(exchange) is { IsReleased: false, HasFinalHead: true, HoldsBorrowed: true, Receive: not ReceiveState.Closed };

    /// <summary>Aborts an exchange that may have ended: see <see cref="Abort"/>.</summary>
    internal void TryAbort(ExchangeId exchange, bool whileRead)
    {
        if (Find(exchange) is { IsReleased: false, Receive: not ReceiveState.Closed } stream)
        {
            Cancel(stream, whileRead, resets: IsOpen);
        }
    }

    /// <inheritdoc/>
    public override void Close(bool whileRead = false)
    {
        _reasons |= CloseReasons.ClientAsked;
        foreach (Http2Stream stream in _streams.Values)
        {
            Cancel(stream, whileRead, resets: false);
        }

        ClearOutput();
        _stage = Http2Stage.Closed;
        _timers.StopAll();
        _received.Close();
    }

    /// <inheritdoc/>
    public override void ReceiveEnd(EndKind kind)
    {
        if (_stage >= Http2Stage.Ending || (_stage <= Http2Stage.AwaitingPreface && _reader.IsInFrame && RefuseOtherProtocol(_reader.Gathered)))
        {
            return;
        }

        _reasons |= CloseReasons.ServerAsked;
        End(_goAwayCode is null ? new Fault { Kind = FaultKind.ClosedBeforeResponse, Phase = ConnectPhase.Http } : GoAwayFault(isUnprocessed: false), null);
    }

    /// <inheritdoc/>
    public override void TransportFailed(TransportDirection direction, TransportFailure failure)
    {
        _transportFailure = _transportFailure.Error == TransportError.None ? failure : _transportFailure;
        if (_stage == Http2Stage.Ending)
        {
            ClearOutput();
            _stage = Http2Stage.Ended;
        }
        else if (_stage < Http2Stage.Ending && (direction == TransportDirection.Receive || (_areSettingsAwaited && _open == 0)))
        {
            End(new Fault { Kind = FaultKind.ConnectionReset, Phase = ConnectPhase.Http, Transport = _transportFailure }, null);
        }
        else if (_stage < Http2Stage.Ending)
        {
            // Responses may still be readable, so receiving continues.
            _reasons |= CloseReasons.Faulted;
            foreach (Http2Stream stream in _streams.Values)
            {
                _ = stream.Apply(StreamEvent.AbandonContent);
                StopUpload(stream);
                if (stream is { State: not StreamState.Closed, Receive: ReceiveState.Done })
                {
                    Fail(stream, default, ClosedReason.OurReset);
                }
            }

            _output.Clear();
            foreach (Http2Stream stream in _streams.Values)
            {
                stream.Mark(stream.QueuedBytes > 0 ? StreamMarks.ContentDropped : StreamMarks.None);
                stream.QueuedBytes = 0;
                ReportReleased(stream);
                if (stream.Receive == ReceiveState.Head && stream.RequestBytesSent < stream.RequestHeadBytes)
                {
                    // The peer does not have its head, and never will, so it can't have processed the request.
                    Fault fault = new() { Kind = FaultKind.ConnectionReset, Phase = ConnectPhase.Http, Transport = _transportFailure, Unprocessed = true, Retryable = true };
                    Fail(stream, fault, ClosedReason.OurReset, endsConnection: true);
                }
                else if (stream.Receive == ReceiveState.Head && !stream.Timers.IsSet(TimerKind.ResponseHead))
                {
                    SetTimer(stream, TimerKind.ResponseHead, stream.Timeouts.ResponseHead);
                }
            }

            _timers.Stop(TimerKind.SendStall);
        }
    }

    private void OnReset(int streamId, uint code)
    {
        if (FindOpen(streamId) is not { } stream)
        {
            return;
        }

        bool isUnprocessed = code == (uint)Http2Error.RefusedStream && !stream.HasResponse;
        if (!stream.HasFinalHead)
        {
            _flood.Spend(isUnprocessed ? 1 : StreamErrorCost); // a first burst may be refused for the most part, by a server of few streams
        }

        Fault fault = new()
        {
            Kind = FaultKind.StreamReset,
            Phase = ConnectPhase.Http,
            ErrorCode = code,
            Unprocessed = isUnprocessed,
            Retryable = isUnprocessed,
            IsDisplacement = isUnprocessed && _peer.MaxConcurrentStreams is > 0 and var most && stream.PlacesBefore >= most,
        };
        Fail(stream, fault, ClosedReason.PeerReset);
    }

    /// <summary>Resets a stream on which the peer broke a rule or exceeded a limit. Other streams continue.</summary>
    private void FailStream(Http2Stream stream, Http2Error code, FaultKind kind, string? detail, long limit = -1)
    {
        _flood.Spend(StreamErrorCost);
        ResetStream(stream, code, new Fault
        {
            Kind = kind,
            Phase = ConnectPhase.Http,
            ErrorCode = (long)code,
            Detail = detail,
            BytesExpected = limit,
        });
    }

    private void ResetStream(Http2Stream stream, Http2Error code, in Fault fault)
    {
        StopUpload(stream);
        QueueReset(stream.StreamId, code, stream);
        Fail(stream, fault, ClosedReason.OurReset);
    }

    /// <summary>Resets a stream to end its upload. A whole response stays valid.</summary>
    private void ResetUpload(Http2Stream stream, Http2Error code) =>
        ResetStream(stream, code, new Fault { Kind = FaultKind.ProtocolViolation, Phase = ConnectPhase.Http, ErrorCode = (long)code });

    /// <summary>Resets the stream once the response is whole, if the content was given up: only a reset tells the peer (RFC 9113
    /// §8.1).</summary>
    private void ResetIfCut(Http2Stream stream)
    {
        if (stream is { State: StreamState.HalfClosedRemote, End: ContentEnd.Settled })
        {
            ResetUpload(stream, Http2Error.Cancel);
        }
    }

    /// <summary>Ends a stream that failed, alone or with its connection. A response that is whole stays valid, and only the upload ends.</summary>
    private void Fail(Http2Stream stream, in Fault fault, ClosedReason reason, bool endsConnection = false)
    {
        if (stream is { Receive: ReceiveState.Done, Send: SendState.Body or SendState.AwaitContinue })
        {
            AddEvent(stream, EventKind.AvailabilityChanged); // no other event tells the writer of a content that its rest is not wanted
        }

        StopUpload(stream);
        if (stream.Receive is ReceiveState.Head or ReceiveState.Body)
        {
            stream.Fault = StreamFault.Of(stream, fault, isFirst: _completed == 0, endsConnection);
        }

        if (stream.Apply(StreamEvent.Failure))
        {
            OnStreamClosed(stream, reason);
        }

        stream.Timers.StopAll();
        Settle(stream);
    }

    /// <summary>Stops sending a content, and releases its memory.</summary>
    private void StopUpload(Http2Stream stream)
    {
        bool isCut = stream.PendingBytes > 0;
        stream.Pieces.Clear();
        stream.PieceOffset = 0;
        stream.PendingBytes = 0;
        _toSend.Remove(stream);
        if (stream.QueuedBytes > 0)
        {
            long taken = _output.TakeOutData(stream);
            isCut |= taken > 0;
            stream.QueuedBytes -= taken;
            stream.SendWindow += taken;
            _sendWindow += taken;
        }

        stream.Mark(isCut ? StreamMarks.ContentDropped : StreamMarks.None);
        stream.End = ContentEnd.Settled;
        stream.Timers.Stop(TimerKind.SendStall);
        ReportReleased(stream);
    }

    private void Cancel(Http2Stream stream, bool whileRead, bool resets)
    {
        StopUpload(stream);
        if (resets && stream.State != StreamState.Closed)
        {
            QueueReset(stream.StreamId, Http2Error.Cancel, stream);
        }

        _unconsumed -= stream.Body.Length;
        stream.Body.Clear(_received, whileRead);
        stream.Examined = stream.CreditedAhead = 0;
        stream.Interims.Clear();
        KeepEvents(stream, EventKind.BodyReleased);
        ReportOutcome(stream);
        stream.Timers.StopAll();
        if (stream.Apply(StreamEvent.Cancel))
        {
            OnStreamClosed(stream, ClosedReason.OurReset);
        }
    }

    private void OnStreamClosed(Http2Stream stream, ClosedReason reason)
    {
        _open--;
        _closed.Add(stream.StreamId, reason, reason == ClosedReason.OurReset ? stream.ReceiveWindow : 0);
        DiscardBlockOf(stream);
        if (_open == 0)
        {
            _timers.Set(TimerKind.KeepAliveIdle, _now, _own.Timeouts.KeepAliveIdle);
        }
    }

    private void FailConnection(Http2Error code, string detail) => End(
        new Fault { Kind = FaultKind.ProtocolViolation, Phase = ConnectPhase.Http, ErrorCode = (long)code, Detail = detail }, code);

    /// <summary>Ends the connection and every exchange on it.</summary>
    private void End(in Fault fault, Http2Error? goAway)
    {
        if (_stage >= Http2Stage.Ending)
        {
            return;
        }

        bool isFailure = _open > 0 || _areSettingsAwaited || fault.Kind is not FaultKind.ClosedBeforeResponse and not FaultKind.GoAway;
        if (isFailure)
        {
            _fault = _fault.Exists ? _fault : fault;
            _reasons |= CloseReasons.Faulted;
        }

        foreach (Http2Stream stream in _streams.Values)
        {
            if (stream.State != StreamState.Closed)
            {
                Fail(stream, fault, ClosedReason.OurReset, endsConnection: true);
            }
        }

        _block = default;
        _dataStream = null;
        _output.TakeOutUnsent();
        ReportAllReleased();
        BeginEnding(goAway);
    }

    private void BeginEnding(Http2Error? goAway)
    {
        _timers.StopAll();
        if (goAway is { } code)
        {
            _stage = Http2Stage.Ending;
            _output.AddGoAway(code);
            _timers.Set(TimerKind.SendStall, _now, s_farewell);
            return;
        }

        ClearOutput();
        _stage = Http2Stage.Ended;
    }

    /// <summary>Drops all output. A content that was in it may be of an exchange that had ended.</summary>
    private void ClearOutput()
    {
        _output.Clear();
        ReportAllReleased();
    }

    private void ReportAllReleased()
    {
        foreach (Http2Stream stream in _streams.Values)
        {
            ReportReleased(stream);
        }
    }

    /// <summary>Gets a value indicating whether the connection takes no more exchanges and has none under way.</summary>
    private bool IsOfNoMoreUse => _stage < Http2Stage.Ending && _reasons != CloseReasons.None && _open == 0;

    /// <summary>Ends a connection that is of no more use.</summary>
    private void EndIfDone()
    {
        if (IsOfNoMoreUse)
        {
            BeginEnding(_stage == Http2Stage.Fresh || (_reasons & CloseReasons.Faulted) != 0 ? null : Http2Error.NoError);
        }
    }
}
