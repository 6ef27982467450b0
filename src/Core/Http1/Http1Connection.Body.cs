namespace PollHttp.Core;

/// <content>The body of a response: which received bytes belong to it, and when it ends.</content>
internal sealed partial class Http1Connection
{
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
            _events.Add(_current, EventKind.BodyData);
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
        if (_limits.BodyBytes is { } most)
        {
            if (_bodyReceived == most)
            {
                return FailBody(FaultKind.BodyTooLarge, most);
            }

            count = (int)Math.Min(count, most - _bodyReceived);
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
                TakeBody(count);
                _chunked.DataRead(count);
                return true;
            case ChunkedState.Trailers:
                return ReadTrailers();
            default:
                bool sound = _chunked.Read(_received.Peek(), out int consumed);
                _received.Skip(consumed);
                if (!sound)
                {
                    return FailBody(_chunked.Fault, _chunked.Limit);
                }

                // The size line announces a body that is too large: no byte of that chunk is read.
                return !(_chunked.State == ChunkedState.Data && _limits.BodyBytes is { } most && _chunked.DataLeft > most - _bodyReceived)
                    || FailBody(FaultKind.BodyTooLarge, most);
        }
    }

    private bool ReadTrailers()
    {
        if (_progress == ResponseProgress.Body)
        {
            Apply(ResponseEvent.TrailerBytes);
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
        Apply(ResponseEvent.BodyComplete);
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
        if (_state.IsCloseReported)
        {
            ReleaseReceived();
            EndExchangeIfRead();
        }
    }

    /// <inheritdoc/>
    public override void ExamineBody(ExchangeId exchange, long count)
    {
        CheckExchange(exchange, nameof(ExamineBody));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)_received.BodyLength, nameof(count));
        _examined = count;
        OnBodyTaken();
    }
}
