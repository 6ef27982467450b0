namespace PollHttp.Core;

/// <content>Response heads: interim, final, and those that end HTTP.</content>
internal sealed partial class Http1Connection
{
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
            if (_progress == ResponseProgress.Head)
            {
                Apply(ResponseEvent.HeadBytes);
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
        if (_head.StatusCode < 200 && FramingRules.HasTransferCoding(_head.Headers))
        {
            Fail(FaultKind.UnsupportedTransferCoding, _headBytes);
        }
        else if (_head.StatusCode == 101)
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
        if (++_interimCount > _limits.InformationalCount)
        {
            Fail(FaultKind.TooManyInformational, _headBytes, _limits.InformationalCount);
            return;
        }

        Apply(ResponseEvent.InterimHeadRead);
        _state.Apply(ReceiveEvent.InterimHead);
        if (_head.StatusCode == 100 && _state.Send == SendState.AwaitContinue)
        {
            _timers.Stop(TimerKind.ContinueWait);
            _state.Apply(SendEvent.ContinueReceived);
        }

        _events.Add(_current, EventKind.Informational);
    }

    private void EndSwitchHead()
    {
        if (!_options.Allows(Leniency.UnofferedSwitch) && (IsConnect || !SwitchRules.IsOffered(_head.Headers, _offeredProtocols)))
        {
            Fail(FaultKind.UnexpectedSwitch, _headBytes);
            return;
        }

        Switch();
    }

    /// <summary>Ends HTTP at the request of the peer, which is allowed only when the request is complete (RFC 9110
    /// §7.8) and was sent.</summary>
    private void Switch()
    {
        if (_state.Send != SendState.MightSwitch || !_output.IsEmpty)
        {
            Fail(FaultKind.UnexpectedSwitch, _headBytes);
            return;
        }

        Apply(ResponseEvent.SwitchHeadRead);
        _head.Framing = new(BodyFramingKind.Tunnel, -1);
        _timers.StopAll();
        _state.Apply(ReceiveEvent.SwitchHead);
        _events.Add(_current, EventKind.ResponseHead);
        _events.Add(_current, EventKind.Upgraded);
    }

    private void EndFinalHead()
    {
        FramingRules.Decision decision = FramingRules.Decide(_head, (_traits & HeadTraits.Head) != 0, IsConnect, _options.Leniency);
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

        Apply(_framing.Kind == BodyFramingKind.None ? ResponseEvent.FinalHeadReadWithoutContent : ResponseEvent.FinalHeadRead);
        _timers.Stop(TimerKind.ResponseHead);
        _timers.Stop(TimerKind.ContinueWait);
        _events.Add(_current, EventKind.ResponseHead);
        bool early = _state.Send is SendState.Body or SendState.AwaitContinue;
        if (early)
        {
            _events.Add(_current, EventKind.FinalHeadBeforeBodyEnd);
        }

        if (_state.Send == SendState.MightSwitch)
        {
            _state.Apply(SendEvent.SwitchRefused);
        }

        CloseReasons reasons = ReuseRules.Decide(_head) | (decision.Ambiguous ? CloseReasons.AmbiguousFraming : CloseReasons.None);
        if (_framing.Kind == BodyFramingKind.None)
        {
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

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> TakeTunnel()
    {
        if (_state.Receive != ReceiveState.Switched || _progress == ResponseProgress.TunnelTaken)
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
        Apply(ResponseEvent.TakeTunnel);
        _current = default;
        return leftover;
    }
}
