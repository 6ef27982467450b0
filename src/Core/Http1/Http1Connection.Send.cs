using System.Buffers;

namespace PollHttp.Core;

internal sealed partial class Http1Connection
{
    /// <summary>The maximum number of bytes around a chunk: the digits of its size and two line ends.</summary>
    private const int ChunkFraming = 20;

    private ContentFraming _content;
    private long _contentLeft;
    private long _requestBytesSent;
    private long _requestHeadBytes;
    private long _requestBytesDropped;
    private long _bodyBytesWritten;
    private HeadTraits _traits;
    private string? _offeredProtocols;
    private bool _writeRefused;

    private bool IsConnect => (_traits & HeadTraits.Connect) != 0;

    private bool MaySwitch => (_traits & (HeadTraits.Upgrade | HeadTraits.Connect)) != 0 || _options.Allows(Leniency.UnofferedSwitch);

    /// <summary>
    /// Gets a value indicating whether the application is awaited: to write more, or, after an early response, to decide whether to.
    /// </summary>
    private bool AwaitsContent => _state.Send == SendState.Body
        ? _output.Length < _limits.SendHighWater
        : _state.Send == SendState.AwaitContinue && HasFinalHead;

    /// <inheritdoc/>
    public override ExchangeId Begin(RequestHead head, ContentFraming content, Instant now, ExchangeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (AvailableExchanges == 0)
        {
            Misuse.Throw(nameof(Begin), $"sending is {_state.Send}, receiving is {_state.Receive}, close reasons are {_state.Reasons}", Fault);
        }

        options ??= _ownOptions;
        HeadTraits traits = CheckHead(head, content, options.Limits, out int size);
        Span<byte> room = _output.GetSpan(size); // before anything changes: allocating may fail
        _now = now;
        _current = _latest = new(++_exchanges);
        _events.Remove(default, EventKind.AvailabilityChanged);
        Use(options);
        _content = content;
        _contentLeft = content.Kind switch
        {
            ContentFramingKind.Length => content.Length,
            ContentFramingKind.Chunked => -1,
            _ => 0,
        };
        _traits = traits;
        _offeredProtocols = (traits & HeadTraits.Upgrade) != 0 ? SwitchRules.GetOffered(head.Headers) : null;
        _requestBytesSent = 0;
        _requestHeadBytes = size;
        _requestBytesDropped = 0;
        _bodyBytesWritten = 0;
        _writeRefused = false;
        StartReceiving();

        RequestHeadWriter.Write(room, head, content, traits);
        _output.Commit(size);
        _state.Begin(
            _contentLeft != 0 ? (traits & HeadTraits.Continue) != 0 ? SendEvent.BeginExpectContinue : SendEvent.BeginWithContent
            : MaySwitch ? SendEvent.BeginSwitch
            : SendEvent.BeginWithoutContent);
        if ((traits & HeadTraits.Close) != 0)
        {
            _state.Add(CloseReasons.ClientAsked);
        }

        _timers.Stop(TimerKind.KeepAliveIdle);
        _timers.Set(TimerKind.SendStall, now, _timeouts.SendStall);
        return _current;
    }

    private void Use(ExchangeOptions options)
    {
        if (!ReferenceEquals(options, _options))
        {
            _options = options;
            _limits = options.Limits;
            _timeouts = options.Timeouts;
            _headReader.Use(options);
            _chunked.Use(_limits);
        }
    }

    /// <summary>Checks a head by every rule of <see cref="Begin"/>, and measures it.</summary>
    public static HeadTraits CheckHead(RequestHead head, ContentFraming content, ConnectionLimits limits, out int size)
    {
        HeadTraits traits = RequestHeadRules.CheckHead(head, content);
        size = RequestHeadWriter.Measure(head, content, traits);
        return size <= limits.RequestHeadBytes
            ? traits
            : throw new ArgumentException($"The request head is larger than the limit of {limits.RequestHeadBytes} bytes.", nameof(head));
    }

    /// <inheritdoc/>
    public override int Write(ExchangeId exchange, ReadOnlyMemory<byte> data)
    {
        CheckExchange(exchange, nameof(Write));
        if (_state.Send == SendState.AwaitContinue && !HasFinalHead)
        {
            _writeRefused = true;
            return 0;
        }

        if (!_state.Allows(SendEvent.WriteContent))
        {
            Misuse.Throw(nameof(Write), $"sending is {_state.Send}");
        }

        if (_contentLeft >= 0 && data.Length > _contentLeft)
        {
            Misuse.Throw(nameof(Write), $"{data.Length} bytes are more than the {_contentLeft} left of the announced length");
        }

        // An empty chunk would end the content.
        if (data.IsEmpty || _output.Length >= _limits.SendHighWater)
        {
            _writeRefused |= !data.IsEmpty;
            return 0;
        }

        bool isChunked = _content.Kind == ContentFramingKind.Chunked;
        Span<byte> size = isChunked ? _output.GetSpan(ChunkFraming) : default; // before anything changes: allocating may fail
        _state.Apply(SendEvent.WriteContent);
        if (isChunked)
        {
            int digits = Hex.Write(size, data.Length);
            "\r\n"u8.CopyTo(size[digits..]);
            _output.Commit(digits + 2);
            _output.AppendBorrowed(data);
            AppendOwned("\r\n"u8);
        }
        else
        {
            _contentLeft -= data.Length;
            _output.AppendBorrowed(data);
        }

        _bodyBytesWritten += data.Length;
        _events.Remove(exchange, EventKind.BodyReleased);
        return data.Length;
    }

    /// <inheritdoc/>
    public override void FinishBody(ExchangeId exchange, HeaderList? trailers = null)
    {
        CheckExchange(exchange, nameof(FinishBody));
        SendEvent cause = MaySwitch ? SendEvent.FinishContentSwitch : SendEvent.FinishContent;
        if (!_state.Allows(cause))
        {
            Misuse.Throw(nameof(FinishBody), $"sending is {_state.Send}");
        }

        if (_contentLeft > 0)
        {
            Misuse.Throw(nameof(FinishBody), $"{_contentLeft} bytes of the announced length are missing");
        }

        if (trailers is { Count: > 0 })
        {
            TrailerRules.CheckRequestTrailers(trailers, _content);
        }

        if (_content.Kind == ContentFramingKind.Chunked)
        {
            AppendOwned("0\r\n"u8);
            foreach (HeaderField field in (IEnumerable<HeaderField>?)trailers ?? [])
            {
                AppendOwned(System.Text.Encoding.Latin1.GetBytes($"{field.Name}: {field.Value}\r\n"));
            }

            AppendOwned("\r\n"u8);
        }

        _contentLeft = 0;
        _state.Apply(cause);
        if (HasFinalHead && _state.Send == SendState.MightSwitch)
        {
            _state.Apply(SendEvent.SwitchRefused);
        }

        ArmResponseHead();
        EndExchangeIfOver(isTold: false);
    }

    /// <inheritdoc/>
    public override void AbandonBody(ExchangeId exchange)
    {
        CheckExchange(exchange, nameof(AbandonBody));
        bool isOpen = _state.Allows(SendEvent.AbandonContent);
        if (!isOpen && !(HasFinalHead && _output.HoldsBorrowed))
        {
            Misuse.Throw(nameof(AbandonBody), $"sending is {_state.Send}");
        }

        bool refused = _state.Send == SendState.AwaitContinue;
        _timers.Stop(TimerKind.ContinueWait);
        if (isOpen)
        {
            _state.Apply(SendEvent.AbandonContent);
        }

        _state.Add(refused ? CloseReasons.ExpectationRefused : CloseReasons.RequestAbandoned);
        ReleaseOutput();
        EndExchangeIfOver(isTold: false);
    }

    /// <inheritdoc/>
    public override ReadOnlySequence<byte> GetOutput() => _output.Output;

    /// <inheritdoc/>
    public override void AdvanceSent(long count, Instant now)
    {
        _now = now;
        bool heldBorrowed = _output.HoldsBorrowed;
        _output.Advance(count);
        ReportReleased(heldBorrowed);
        _requestBytesSent += count;
        if (_output.IsEmpty)
        {
            _timers.Stop(TimerKind.SendStall);
        }
        else
        {
            _timers.Set(TimerKind.SendStall, now, _timeouts.SendStall);
        }

        if (_state.Send == SendState.AwaitContinue && _output.IsEmpty && !_timers.IsSet(TimerKind.ContinueWait) && !HasFinalHead)
        {
            _timers.Set(TimerKind.ContinueWait, now, _timeouts.Expect100Continue == Timeout.InfiniteTimeSpan ? null : _timeouts.Expect100Continue);
        }

        ArmResponseHead();
        EndExchangeIfOver(isTold: false);
    }

    /// <inheritdoc/>
    public override void TransportFailed(TransportDirection direction, TransportFailure failure)
    {
        if (direction == TransportDirection.Receive)
        {
            _inputEnd = InputEnd.Lost;
            _transportFailure = _transportFailure.Error == TransportError.None ? failure : _transportFailure;
            return;
        }

        // An early response may still be readable: the receiving side goes on.
        _transportFailure = failure;
        ReleaseOutput();
        if (_state.Allows(SendEvent.TransportLost))
        {
            _state.Apply(SendEvent.TransportLost);
            ArmResponseHead();
        }
    }

    private void AppendOwned(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output.GetSpan(bytes.Length));
        _output.Commit(bytes.Length);
    }

    /// <summary>Starts the timeout of the response head when the peer has all it needs to respond, not when the request began.</summary>
    private void ArmResponseHead()
    {
        if (_output.IsEmpty && _times.Sent == Instant.Never && _state.Send is SendState.Done or SendState.MightSwitch or SendState.Idle)
        {
            _times = _times with { Sent = _now };
        }

        if (_output.IsEmpty && _state.Receive == ReceiveState.Head
            && _state.Send is SendState.Done or SendState.MightSwitch or SendState.Failed or SendState.MustClose
            && !_timers.IsSet(TimerKind.ResponseHead))
        {
            _timers.Set(TimerKind.ResponseHead, _now, _timeouts.ResponseHead);
        }
    }

    private void ReleaseOutput()
    {
        _requestBytesDropped += _output.Length;
        bool heldBorrowed = _output.HoldsBorrowed;
        _output.Clear();
        _timers.Stop(TimerKind.SendStall);
        ReportReleased(heldBorrowed);
    }

    private void ReportReleased(bool heldBorrowed)
    {
        if (heldBorrowed && !_output.HoldsBorrowed)
        {
            _events.Add(_current, EventKind.BodyReleased);
        }
    }
}
