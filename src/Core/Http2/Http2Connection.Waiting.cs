namespace PollHttp.Core.Http2;

/// <content>What is awaited, the peer or the application, and the timers of the connection and of its streams.</content>
internal sealed partial class Http2Connection
{
    private readonly List<Http2Stream> _clocksDue = [];
    private readonly List<(ExchangeId Exchange, TimerKind Kind, TimeSpan Limit)> _expired = [];
    private Instant _nextOfStreams = Instant.Never;
    private Instant _lastFrame;

    /// <inheritdoc/>
    public override Wants Wants
    {
        get
        {
            WantFlags flags = WantFlags.None;
            if (_stage < Http2Stage.Ending)
            {
                flags |= WantFlags.Readable;
            }

            if (HasOutput)
            {
                flags |= WantFlags.Writable;
            }

            if (HasUnreported || _stage == Http2Stage.Ended || AvailableExchanges > 0 || AwaitsContent)
            {
                flags |= WantFlags.Application;
            }

            return new(flags, NextDeadline);
        }
    }

    /// <summary>Gets the next deadline of the connection and of its streams.</summary>
    internal Instant NextDeadline => _stage >= Http2Stage.Ended ? Instant.Never : Earlier(_timers.Next, _nextOfStreams);

    /// <summary>Sets the timers that calls without a time have asked for.</summary>
    internal void SetClocks(Instant now)
    {
        _now = now;
        SetClocksDue();
    }

    private bool AwaitsContent
    {
        get
        {
            if (_open > 0)
            {
                foreach (Http2Stream stream in _streams.Values)
                {
                    if (stream.AwaitsContent)
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public override void HandleDeadline(Instant now)
    {
        _now = now;
        SetClocksDue();
        if (!_timers.IsSet(TimerKind.SendStall) && HasOutput && _expired.Count == 0)
        {
            ArmSendStall(); // for output that was added by calls without a time
        }

        while (_timers.TryGetExpired(now, out TimerKind kind))
        {
            TimeSpan limit = _timers.Limit(kind);
            _timers.Stop(kind);
            OnExpired(kind, limit);
        }

        if (now >= _nextOfStreams)
        {
            FindExpiredStreams();
        }
    }

    /// <summary>Handles an expired timer. Most expiries take effect only after the network was read, since received data may undo them.</summary>
    private void OnExpired(TimerKind kind, TimeSpan limit)
    {
        switch (kind)
        {
            case TimerKind.KeepAlivePing when !_awaitsPing:
                if (_now < _lastFrame + limit)
                {
                    _timers.SetAt(TimerKind.KeepAlivePing, _lastFrame + limit, limit);
                }
                else if (_options.PingsWhileIdle || _open > 0)
                {
                    _awaitsPing = true;
                    _output.Add(new(PingSize, FrameType.Ping, FrameFlags.None, 0), PingOctets);
                    _timers.Set(TimerKind.KeepAlivePing, _now, _options.KeepAlivePingTimeout);
                }

                break;
            case TimerKind.KeepAliveIdle:
                _reasons |= _open == 0 ? CloseReasons.ClientAsked : CloseReasons.None;
                break;
            default:
                _expired.Add((default, kind, limit));
                break;
        }
    }

    private void FindExpiredStreams()
    {
        _nextOfStreams = Instant.Never;
        foreach (Http2Stream stream in _streams.Values)
        {
            while (stream.Timers.TryGetExpired(_now, out TimerKind kind))
            {
                TimeSpan limit = stream.Timers.Limit(kind);
                stream.Timers.Stop(kind);
                if (kind == TimerKind.ContinueWait)
                {
                    Continue(stream);
                }
                else
                {
                    _expired.Add((stream.Id, kind, limit));
                }
            }

            _nextOfStreams = Earlier(_nextOfStreams, stream.Timers.Next);
        }
    }

    /// <summary>Acts on the timers that have expired, except for those that received data has undone. Called after the network was
    /// read.</summary>
    private void ActOnExpired()
    {
        foreach ((ExchangeId exchange, TimerKind kind, TimeSpan limit) in _expired)
        {
            if (exchange.Value == 0)
            {
                ActOnExpired(kind, limit);
            }
            else if (Find(exchange) is { State: not StreamState.Closed } stream && IsStillExpired(stream, kind, limit))
            {
                ResetStream(stream, Http2Error.Cancel, TimedOut(kind, limit) with { Detail = kind == TimerKind.LowSpeed ? stream.Rate.Describe() : null });
            }
        }

        _expired.Clear();
    }

    private void ActOnExpired(TimerKind kind, TimeSpan limit)
    {
        switch (kind)
        {
            case TimerKind.KeepAlivePing when _awaitsPing:
                End(TimedOut(kind, limit) with { ErrorCode = (long)Http2Error.ProtocolError }, Http2Error.ProtocolError);
                break;
            case TimerKind.Settings when _settingsUnacknowledged > 0:
                End(TimedOut(kind, limit) with { ErrorCode = (long)Http2Error.SettingsTimeout }, Http2Error.SettingsTimeout);
                break;
            case TimerKind.SendStall when _stage == Http2Stage.Ending:
                ClearOutput();
                _stage = Http2Stage.Ended;
                break;
            case TimerKind.SendStall when !_output.IsEmpty && !_timers.IsSet(TimerKind.SendStall):
                End(TimedOut(kind, limit), null);
                break;
        }
    }

    private bool IsStillExpired(Http2Stream stream, TimerKind kind, TimeSpan limit)
    {
        switch (kind)
        {
            case TimerKind.ResponseHead:
                return stream.Receive == ReceiveState.Head;
            case TimerKind.SendStall when stream.Has(StreamMarks.InSendRing) && _sendWindow > 0 && !stream.Timers.IsSet(kind):
                SetTimer(stream, kind, limit); // it waits for more urgent streams, not for the peer
                return false;
            case TimerKind.SendStall:
                return stream.PendingBytes > 0 && !stream.Timers.IsSet(kind);
            case TimerKind.LowSpeed when stream.Receive == ReceiveState.Body && stream.Rate.TryGoOn(_now):
                SetTimerAt(stream, TimerKind.LowSpeed, stream.Rate.Deadline, limit);
                return false;
            case TimerKind.LowSpeed or TimerKind.BodyIdle:
                return stream.Receive == ReceiveState.Body && stream.Body.Length == stream.Examined && !stream.Timers.IsSet(kind);
            default:
                return true;
        }
    }

    private static Fault TimedOut(TimerKind kind, TimeSpan limit) =>
        new() { Kind = FaultKind.TimedOut, Phase = ConnectPhase.Http, Timer = kind, TimeLimit = limit };

    /// <summary>Starts the timers for a silent and for a slow peer, because the peer is awaited.</summary>
    private void AwaitPeer(Http2Stream stream)
    {
        if (stream.Receive != ReceiveState.Body)
        {
            return;
        }

        SetTimer(stream, TimerKind.BodyIdle, stream.Timeouts.BodyIdle);
        if (stream.Limits.MinimumBytesPerSecond is not null)
        {
            stream.Rate.Resume(_now);
            SetTimerAt(stream, TimerKind.LowSpeed, stream.Rate.Deadline, stream.Rate.Window);
        }
    }

    /// <summary>Stops the timers for a silent and for a slow peer while the application has something to read.</summary>
    private void AwaitApplication(Http2Stream stream)
    {
        stream.Timers.Stop(TimerKind.BodyIdle);
        stream.Timers.Stop(TimerKind.LowSpeed);
        stream.Rate.Pause(_now);
    }

    /// <summary>Records that a call without a time changed what is awaited. The next call with a time sets the timers.</summary>
    private void AskForClocks(Http2Stream stream)
    {
        if (!stream.Has(StreamMarks.ClockDue))
        {
            stream.Mark(StreamMarks.ClockDue);
            _clocksDue.Add(stream);
        }
    }

    private void SetClocksDue()
    {
        if (_clocksDue.Count == 0)
        {
            return;
        }

        foreach (Http2Stream stream in _clocksDue)
        {
            _ = stream.Unmark(StreamMarks.ClockDue);
            bool awaitsPeer = stream.Unmark(StreamMarks.PeerAwaited);
            if (stream.State != StreamState.Closed)
            {
                if (awaitsPeer && stream.Body.Length == stream.Examined)
                {
                    AwaitPeer(stream);
                }

                if (stream.PendingBytes > 0 && !stream.Timers.IsSet(TimerKind.SendStall))
                {
                    SetTimer(stream, TimerKind.SendStall, SendStallOf(stream));
                }
            }

            RecycleIfFree(stream);
        }

        _clocksDue.Clear();
    }

    /// <summary>Gets the time for which the peer may take nothing of a content.</summary>
    private static TimeSpan? SendStallOf(Http2Stream stream) => stream.Timeouts.SendStall
        ?? (stream is { Outcome: StreamOutcome.Reported, Receive: ReceiveState.Done } && (stream.Traits & HeadTraits.Connect) == 0 ? ConnectionTimeouts.UnwantedContent : null);

    private void SetTimer(Http2Stream stream, TimerKind kind, TimeSpan? limit)
    {
        stream.Timers.Set(kind, _now, limit == Timeout.InfiniteTimeSpan ? null : limit);
        _nextOfStreams = Earlier(_nextOfStreams, stream.Timers.Next);
    }

    private void SetTimerAt(Http2Stream stream, TimerKind kind, Instant deadline, TimeSpan limit)
    {
        stream.Timers.SetAt(kind, deadline, limit);
        _nextOfStreams = Earlier(_nextOfStreams, deadline);
    }

    private void ArmSendStall()
    {
        if (!_timers.IsSet(TimerKind.SendStall))
        {
            _timers.Set(TimerKind.SendStall, _now, _own.Timeouts.SendStall);
        }
    }

    private void ArmPing()
    {
        if (_options.KeepAlivePingDelay is { } delay && !_awaitsPing && !_timers.IsSet(TimerKind.KeepAlivePing))
        {
            _timers.Set(TimerKind.KeepAlivePing, _now, delay);
        }
    }

    /// <summary>Records the time of a read, and returns credit. Called after each read.</summary>
    private void OnFramesRead()
    {
        _lastFrame = _now;
        GiveConnectionCredit();
    }

    private static Instant Earlier(Instant a, Instant b) => a < b ? a : b;
}
