using System.Diagnostics;
using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Implements HTTP/1.1 (RFC 9112) for a client: one exchange at a time, kept alive if both sides agree, strict in what it accepts.
/// </summary>
/// <remarks>
/// The two directions are independent. <c>Http1Connection.Send</c> writes requests. <c>Receive</c>, with <c>Heads</c> and <c>Body</c>,
/// parses received bytes. <c>Waiting</c> decides which side is awaited, for the timers and the room to receive.
/// <see cref="ConnectionState"/> holds the rules that join the two. Bytes that no exchange asked for condemn the connection, since they
/// could be taken for the next response.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed partial class Http1Connection : HttpConnection
{
    private readonly ExchangeOptions _ownOptions;
    private ExchangeOptions _options;
    private ConnectionLimits _limits;
    private ConnectionTimeouts _timeouts;
    private readonly ConnectionState _state = new();
    private readonly TimerTable _timers = new();
    private readonly ReceiveBuffer _received;
    private readonly SendQueue _output;
    private readonly HeadReader _headReader;
    private readonly ChunkedDecoder _chunked;
    private EventQueue _events;
    private readonly ResponseHead _head = new();
    private readonly ResponseHead _trailers = new();
    private Fault _fault;
    private Instant _now;
    private long _exchanges;
    private long _completed;

    // The current exchange, and the one that can still be read.
    private ExchangeId _current;
    private ExchangeId _latest;

    /// <summary>Initializes a fresh connection.</summary>
    /// <param name="options">The options of exchanges that have none of their own; null for the defaults.</param>
    /// <param name="pool">The pool of buffers, or null for <see cref="SlabPool.Shared"/>.</param>
    public Http1Connection(ExchangeOptions? options = null, SlabPool? pool = null)
    {
        _options = _ownOptions = options ?? ExchangeOptions.Default;
        _limits = _options.Limits;
        _timeouts = _options.Timeouts;
        pool ??= SlabPool.Shared;
        _received = new(pool);
        _output = new(pool);
        _headReader = new(_options);
        _chunked = new(_limits);
    }

    /// <inheritdoc/>
    public override Version Protocol => HttpVersion.Version11;

    /// <summary>Gets the state of the sending side: Idle between two exchanges.</summary>
    public SendState SendState => _state.Send;

    /// <summary>Gets the state of the receiving side: Idle between two exchanges.</summary>
    public ReceiveState ReceiveState => _state.Receive;

    /// <summary>Gets the current exchange, or the default value.</summary>
    public ExchangeId CurrentExchange => _current;

    /// <summary>Gets the exchange that can still be read: the current one, or the last one until it is released.</summary>
    public ExchangeId LatestExchange => _latest;

    /// <inheritdoc/>
    public override int AvailableExchanges =>
        _state is { Send: SendState.Idle, Receive: ReceiveState.Idle } && CurrentExchange.Value == 0 && !HasUnseenInput ? 1 : 0;

    /// <inheritdoc/>
    public override int OpenExchanges => _current.Value == 0 ? 0 : 1;

    /// <inheritdoc/>
    public override CloseReasons CloseReasons => _state.Reasons;

    /// <inheritdoc/>
    public override Fault Fault => _fault;

    /// <inheritdoc/>
    public override long CompletedExchanges => _completed;

    /// <inheritdoc/>
    public override Wants Wants
    {
        get
        {
            if (_state.Receive == ReceiveState.Switched)
            {
                return new(_progress == ResponseProgress.TunnelTaken ? WantFlags.None : Outgoing | WantFlags.Application, Instant.Never);
            }

            bool finished = _state.IsFinished;
            WantFlags flags = finished ? WantFlags.None : Outgoing;
            if (!finished && _inputEnd == InputEnd.None && !_readPaused
                && _state.Receive is ReceiveState.Idle or ReceiveState.Head or ReceiveState.Body or ReceiveState.Done)
            {
                flags |= WantFlags.Readable;
            }

            if (_received.BodyLength > 0 || !_events.IsEmpty || AvailableExchanges > 0 || AwaitsContent)
            {
                flags |= WantFlags.Application;
            }

            return new(flags, finished ? Instant.Never : _timers.Next);
        }
    }

    private WantFlags Outgoing => _output.IsEmpty ? WantFlags.None : WantFlags.Writable;

    private bool HasUnseenInput => _received.Unparsed > 0 || _inputEnd != InputEnd.None;

    /// <inheritdoc/>
    internal override Instant LastTime => _now;

    /// <inheritdoc/>
    internal override bool TimeMayHavePassed => _timeMayHavePassed;

    /// <inheritdoc/>
    internal override bool JustAsked => _state is { Receive: ReceiveState.Head, Send: SendState.Done or SendState.MightSwitch };

    /// <inheritdoc/>
    internal override bool IsSwitched => _state.Receive == ReceiveState.Switched;

    /// <inheritdoc/>
    public override ConnectionEvent Poll(Instant now)
    {
        _now = now;
        _timeMayHavePassed = false;
        if (_events.IsEmpty)
        {
            Advance();
        }

        if (_events.IsEmpty)
        {
            return default;
        }

        ConnectionEvent next = _events.Take();
        EndExchangeIfOver(isTold: next.Kind == EventKind.EndOfResponse);
        if (next.Kind == EventKind.Closed)
        {
            EndExchangeIfRead();
        }

        return next;
    }

    /// <summary>Gets the total size of the blocks held for receiving.</summary>
    internal long HeldMemory => _received.Capacity;

    /// <inheritdoc/>
    public override void HandleDeadline(Instant now)
    {
        _now = now;
        if (!_output.IsEmpty && _expired is null && !_timers.IsSet(TimerKind.SendStall))
        {
            // Content was given by calls without a time.
            _timers.Set(TimerKind.SendStall, now, _timeouts.SendStall);
        }

        while (_timers.TryGetExpired(now, out TimerKind kind))
        {
            TimeSpan limit = _timers.Limit(kind);
            _timers.Stop(kind);
            switch (kind)
            {
                case TimerKind.ContinueWait when _state.Send == SendState.AwaitContinue:
                    _state.Apply(SendEvent.ContinueTimeout);
                    break;
                case TimerKind.KeepAliveIdle when _state.Receive == ReceiveState.Idle:
                    _state.Apply(ReceiveEvent.IdleDeadline);
                    break;
                case TimerKind.ContinueWait or TimerKind.KeepAliveIdle:
                    break;
                case TimerKind.LowSpeed when _rate.TryGoOn(now):
                    _timers.SetAt(TimerKind.LowSpeed, _rate.Deadline, limit);
                    break;
                default:
                    _expired = (kind, limit);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public override void Abort(ExchangeId exchange, bool whileRead = false)
    {
        CheckExchange(exchange, nameof(Abort));
        Close(whileRead);
    }

    /// <inheritdoc/>
    public override void Release(ExchangeId exchange)
    {
        if (exchange.Value != 0 && exchange == _current)
        {
            Misuse.Throw(nameof(Release), "that exchange is under way");
        }

        if (exchange == _latest)
        {
            _latest = default;
            _head.Reset();
            _trailers.Reset();
        }
    }

    /// <inheritdoc/>
    public override void Close(bool whileRead = false)
    {
        if (_state.Receive != ReceiveState.Closed || _state.Send != SendState.Closed)
        {
            bool tunnel = _state.Receive == ReceiveState.Switched;
            _state.Add(tunnel ? CloseReasons.None : CloseReasons.ClientAsked);
            _state.Apply(SendEvent.ConnectionClosed);
            _state.Apply(ReceiveEvent.CloseConnection);
        }

        _events.RemoveAllBut(EventKind.BodyReleased);
        Apply(ResponseEvent.Discard);
        _timers.StopAll();
        ReleaseOutput();
        _received.ReleaseAll(whileRead);
        _examined = 0;
        _current = default;
    }

    /// <inheritdoc/>
    internal override void ReleaseIdleMemory() => _received.ReleaseIfEmpty();

    private void CheckExchange(ExchangeId exchange, string call)
    {
        if (exchange != _current || exchange.Value == 0)
        {
            Misuse.Throw(call, "that exchange is not under way");
        }
    }

    /// <param name="isTold">Whether the event that is being reported already implies that another exchange may begin.</param>
    private void EndExchangeIfOver(bool isTold)
    {
        if (_progress == ResponseProgress.Ended && _current.Value != 0 && _state.Send is not (SendState.Body or SendState.AwaitContinue) && !_output.HoldsBorrowed)
        {
            isTold |= _events.Has(_current, EventKind.EndOfResponse);
            _completed++;
            _current = default;
            if (_state is { Send: SendState.Idle, Receive: ReceiveState.Idle })
            {
                _received.ReleaseIfEmpty();
                _timers.Set(TimerKind.KeepAliveIdle, _now, _timeouts.KeepAliveIdle);
                if (!isTold)
                {
                    _events.Add(default, EventKind.AvailabilityChanged);
                }
            }
        }
    }

    private void Fail(FaultKind kind, long received, long expected = -1, string? detail = null, bool retryable = false, TransportFailure transport = default)
    {
        Fail(new Fault
        {
            Kind = kind,
            Phase = ConnectPhase.Http,
            BytesReceived = received,
            BytesExpected = expected,
            RequestBytesSent = _requestBytesSent,
            Retryable = retryable,
            Detail = detail,
            Transport = transport,
        });
    }

    private void Fail(in Fault fault)
    {
        if (!_fault.Exists)
        {
            bool isWhole = _contentLeft == 0 && _output.IsEmpty && _requestBytesDropped == 0;
            long sent = Math.Max(0, _requestBytesSent - _requestHeadBytes);
            _fault = fault with
            {
                Unprocessed = _requestBytesSent == 0,
                RequestContentSent = sent,
                RequestContentLength = isWhole ? sent : _content.Kind == ContentFramingKind.Length ? _content.Length : -1,
            };
        }

        Apply(ResponseEvent.Breakage);
        _timers.StopAll();
        _state.Apply(ReceiveEvent.Break);
        ReleaseOutput();
    }

    private string DebuggerDisplay => $"HTTP/1: send {_state.Send}, receive {_state.Receive}, {CompletedExchanges} exchanges completed";
}
