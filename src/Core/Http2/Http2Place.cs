using System.Buffers;

namespace PollHttp.Core.Http2;

/// <summary>
/// Represents a place on a shared HTTP/2 connection, which looks like a connection with one exchange at a time. Closing it only resets its
/// exchange.
/// </summary>
/// <remarks>
/// A place moves no bytes; the host of the shared connection does. All members take the lock of the shared connection and forward to it.
/// Thread safety: for one thread at a time, like any connection.
/// </remarks>
internal sealed class Http2Place : HttpConnection
{
    private readonly SharedHttp2 _shared;
    private readonly Http2Connection _http;
    private ExchangeId _exchange;
    private (RequestHead Head, ContentFraming Content)? _begun;
    private bool _isPromised;
    private bool _isClosed;

    internal Http2Place(SharedHttp2 shared, object owner)
    {
        _shared = shared;
        _http = shared.Http;
        Owner = owner;
    }

    /// <summary>Gets the object by which the user of the place is found.</summary>
    public object Owner { get; }

    /// <inheritdoc/>
    public override Version Protocol => _http.Protocol;

    /// <inheritdoc/>
    public override int AvailableExchanges
    {
        get
        {
            lock (_shared.Gate)
            {
                return CanBegin ? 1 : 0;
            }
        }
    }

    /// <inheritdoc/>
    public override ExtendedConnectSupport ExtendedConnect
    {
        get
        {
            lock (_shared.Gate)
            {
                return _http.ExtendedConnect;
            }
        }
    }

    /// <summary>Gets a value indicating whether the shared connection has ended.</summary>
    public bool IsOver
    {
        get
        {
            lock (_shared.Gate)
            {
                return _http.Stage >= Http2Stage.Ending;
            }
        }
    }

    /// <inheritdoc/>
    public override int OpenExchanges
    {
        get
        {
            lock (_shared.Gate)
            {
                return IsUnderWay ? 1 : 0;
            }
        }
    }

    /// <inheritdoc/>
    public override CloseReasons CloseReasons
    {
        get
        {
            lock (_shared.Gate)
            {
                return _http.CloseReasons;
            }
        }
    }

    /// <inheritdoc/>
    public override Fault Fault
    {
        get
        {
            lock (_shared.Gate)
            {
                Fault own = _http.GetFault(_exchange);
                return own.Exists ? own : _http.Fault;
            }
        }
    }

    /// <inheritdoc/>
    public override Wants Wants => _isClosed ? Wants.Nothing : new(WantFlags.Application, Instant.Never);

    /// <inheritdoc/>
    public override long CompletedExchanges
    {
        get
        {
            lock (_shared.Gate)
            {
                return _http.CompletedExchanges;
            }
        }
    }

    /// <inheritdoc/>
    internal override Instant LastTime => _http.LastTime;

    /// <inheritdoc/>
    internal override bool TimeMayHavePassed => true;

    /// <inheritdoc/>
    internal override bool JustAsked => false;

    /// <inheritdoc/>
    internal override bool IsSwitched => false;

    private bool IsUnderWay => _exchange.Value != 0 && _http.IsUnderWay(_exchange);

    private bool CanBegin => !_isClosed && !IsUnderWay && (_isPromised || _http.AvailableExchanges > _shared.Promised);

    /// <summary>Reserves an exchange for this place, until it begins one or ends the promise. Returns false when none is available.</summary>
    public bool TryPromise()
    {
        lock (_shared.Gate)
        {
            if (!CanBegin)
            {
                _shared.NoteRefusal();
                return false;
            }

            _shared.Promised += _isPromised ? 0 : 1;
            _isPromised = true;
            return true;
        }
    }

    /// <summary>Ends the reservation of <see cref="TryPromise"/>.</summary>
    public void EndPromise()
    {
        lock (_shared.Gate)
        {
            _shared.Promised -= _isPromised ? 1 : 0;
            _isPromised = false;
        }
    }

    /// <summary>Waits for the settings of the server. The place is woken when they have come, or when the shared connection has ended.</summary>
    public void AwaitSettings(Instant now)
    {
        lock (_shared.Gate)
        {
            _http.AskForSettings(now);
            _shared.AwaitSettings(this);
        }
    }

    /// <summary>Begins an exchange. Returns false if the shared connection has stopped accepting exchanges since it was promised.</summary>
    public bool TryBegin(RequestHead head, ContentFraming content, Instant now, ExchangeOptions? options, out ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            exchange = default;
            if (!CanBegin || _http.AvailableExchanges == 0)
            {
                return false;
            }

            exchange = Begin(head, content, now, options);
            return true;
        }
    }

    /// <inheritdoc/>
    public override ExchangeId Begin(RequestHead head, ContentFraming content, Instant now, ExchangeOptions? options = null)
    {
        lock (_shared.Gate)
        {
            if (!CanBegin)
            {
                Misuse.Throw(nameof(Begin), "the place has an exchange, or the shared connection takes none", _http.Fault);
            }

            EndExchange(whileRead: false);
            ExchangeId begun = _http.Begin(head, content, now, options);
            EndPromise();
            _exchange = begun;
            _begun = (head, content);
            _shared.Begin(begun, this);
            return begun;
        }
    }

    /// <inheritdoc/>
    public override int Write(ExchangeId exchange, ReadOnlyMemory<byte> data)
    {
        lock (_shared.Gate)
        {
            return TakesContent(exchange) ? _http.Write(exchange, data) : 0;
        }
    }

    /// <inheritdoc/>
    public override void FinishBody(ExchangeId exchange, HeaderList? trailers = null)
    {
        lock (_shared.Gate)
        {
            if (TakesContent(exchange))
            {
                _http.FinishBody(exchange, trailers);
            }
        }
    }

    /// <inheritdoc/>
    public override void AbandonBody(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            if (TakesContent(exchange) || _http.HoldsContent(exchange))
            {
                _http.AbandonBody(exchange);
            }
        }

        _shared.Changed?.Invoke(this);
    }

    /// <inheritdoc/>
    public override void ConsumeBody(ExchangeId exchange, long count)
    {
        bool isDue;
        lock (_shared.Gate)
        {
            _http.ConsumeBody(exchange, count);
            isDue = _http.IsOutputDue;
        }

        if (isDue)
        {
            _shared.Changed?.Invoke(this);
        }
    }

    /// <inheritdoc/>
    public override void ExamineBody(ExchangeId exchange, long count)
    {
        bool isDue;
        lock (_shared.Gate)
        {
            _http.ExamineBody(exchange, count);
            isDue = _http.IsOutputDue;
        }

        if (isDue)
        {
            _shared.Changed?.Invoke(this);
        }
    }

    /// <inheritdoc/>
    public override void UpdatePriority(ExchangeId exchange, string priority)
    {
        lock (_shared.Gate)
        {
            _http.UpdatePriority(exchange, priority);
        }

        _shared.Changed?.Invoke(this);
    }

    /// <inheritdoc/>
    public override void Abort(ExchangeId exchange, bool whileRead = false)
    {
        lock (_shared.Gate)
        {
            _http.Abort(exchange, whileRead);
        }

        _shared.Changed?.Invoke(this);
    }

    /// <inheritdoc/>
    public override void Release(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            _http.Release(exchange);
        }
    }

    /// <inheritdoc/>
    public override void Close(bool whileRead = false)
    {
        lock (_shared.Gate)
        {
            if (_isClosed)
            {
                return;
            }

            EndExchange(whileRead);
            EndPromise();
            _isClosed = true;
            _shared.Leave(this);
        }

        _shared.Changed?.Invoke(this);
    }

    /// <inheritdoc/>
    public override ConnectionEvent Poll(Instant now)
    {
        ConnectionEvent next;
        bool isEarlier;
        lock (_shared.Gate)
        {
            if (_exchange.Value == 0)
            {
                return default;
            }

            next = _http.PollExchange(_exchange, now);
            isEarlier = _http.NextDeadline < _shared.UnwatchedUntil;
        }

        if (!isEarlier)
        {
            return next;
        }

        _shared.Changed?.Invoke(this); // a timer was set, and nothing else may make the host look
        if (next.Kind != EventKind.None)
        {
            return next;
        }

        lock (_shared.Gate)
        {
            return _http.PollExchange(_exchange, now); // the host may have sent something of this place, whose events it leaves to the place
        }
    }

    /// <summary>Gets the head of the request as text, in the form of HTTP/1. For records, since the sent octets are compressed.</summary>
    public override ReadOnlySequence<byte> GetOutput() => _begun is { } begun ? new(RequestText.Write(begun.Head, begun.Content)) : default;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> TakeTunnel() => _http.TakeTunnel();

    /// <summary>Receives nothing, since the shared connection receives.</summary>
    public override Memory<byte> GetReceiveBuffer(int sizeHint = 0) => default;

    /// <inheritdoc cref="GetReceiveBuffer"/>
    public override void CommitReceived(int count, Instant now) => throw NotHere();

    /// <inheritdoc cref="GetReceiveBuffer"/>
    public override void ReceiveEnd(EndKind kind) => throw NotHere();

    /// <inheritdoc cref="GetReceiveBuffer"/>
    public override void TransportFailed(TransportDirection direction, TransportFailure failure) => throw NotHere();

    /// <inheritdoc cref="GetReceiveBuffer"/>
    public override void AdvanceSent(long count, Instant now) => throw NotHere();

    /// <inheritdoc cref="GetReceiveBuffer"/>
    public override void HandleDeadline(Instant now)
    {
    }

    /// <inheritdoc/>
    internal override void ReleaseIdleMemory()
    {
    }

    /// <inheritdoc/>
    internal override SendState GetSendState(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetSendState(exchange);
        }
    }

    /// <inheritdoc/>
    internal override ReceiveState GetReceiveState(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetReceiveState(exchange);
        }
    }

    /// <inheritdoc/>
    internal override Fault GetFault(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetFault(exchange);
        }
    }

    /// <inheritdoc/>
    internal override ResponseHead GetResponseHead(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetResponseHead(exchange);
        }
    }

    /// <inheritdoc/>
    internal override HeaderBlock GetTrailers(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetTrailers(exchange);
        }
    }

    /// <inheritdoc/>
    internal override ReadOnlySequence<byte> GetBody(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetBody(exchange);
        }
    }

    /// <inheritdoc/>
    internal override ReadOnlyMemory<byte> GetBodySlice(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetBodySlice(exchange);
        }
    }

    /// <inheritdoc/>
    internal override long GetBodyBytesReceived(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetBodyBytesReceived(exchange);
        }
    }

    /// <inheritdoc/>
    internal override bool IsBodyReceived(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.IsBodyReceived(exchange);
        }
    }

    /// <inheritdoc/>
    internal override long GetRequestBytesSent(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetRequestBytesSent(exchange);
        }
    }

    /// <inheritdoc/>
    internal override long GetWriteRoom(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetWriteRoom(exchange);
        }
    }

    /// <inheritdoc/>
    internal override bool IsContentSent(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.IsContentSent(exchange);
        }
    }

    /// <inheritdoc/>
    internal override ExchangeTimes GetTimes(ExchangeId exchange)
    {
        lock (_shared.Gate)
        {
            return _http.GetTimes(exchange);
        }
    }

    /// <summary>Determines whether content may be written. The exchange may have failed meanwhile, which its user learns later.</summary>
    private bool TakesContent(ExchangeId exchange) => _http.GetSendState(exchange) is SendState.Body or SendState.AwaitContinue;

    /// <summary>Ends the exchange of the place, with a reset if it is under way.</summary>
    private void EndExchange(bool whileRead)
    {
        if (_exchange.Value == 0)
        {
            return;
        }

        if (IsUnderWay || whileRead)
        {
            _http.TryAbort(_exchange, whileRead);
        }

        _http.Release(_exchange);
        _shared.End(_exchange);
        _exchange = default;
        _begun = null;
    }

    private static InvalidOperationException NotHere() => new("A place on a shared connection moves no bytes.");
}
