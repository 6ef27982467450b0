namespace PollHttp.Core;

// The pump: I/O through the connection, events into statuses, and waiting in blocking mode.
public sealed partial class PollClient
{
    // How often a lookup or handshake is looked at that was begun without anything to wake.
    private static readonly TimeSpan s_blindWait = TimeSpan.FromMilliseconds(10);

    private readonly List<ITransport> _ready = [];
    private bool _responseEnded;
    private bool _bodyShown;
    private bool _switched;
    private bool _isConsuming;
    private Pace _pace;

    /// <summary>
    /// Advances as far as it can without blocking: connects, sends, receives, meets deadlines, within the budget. Receiving pauses
    /// at <see cref="ConnectionLimits.ReceiveHighWater"/> unread bytes, so that a loop which reads in between may poll again at once.
    /// A loop that polls and reads once a frame gets that much a frame at most, however fast the link is:
    /// <see cref="PollBody"/> has no such bound.
    /// </summary>
    /// <param name="budget">How much to do; by default until it would block.</param>
    /// <returns>The new <see cref="Status"/>. In a failed status the same again: nothing is done.</returns>
    /// <remarks>
    /// Does not block, but with <see cref="BlockingMode"/>: then it returns when the status has changed, body bytes can be read, or
    /// only the application can make progress; the budget bounds each round of work, not the sleep.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public PollStatus Poll(PollBudget budget = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Pump(budget, null);
    }

    /// <summary>
    /// Advances like <see cref="Poll"/>, and hands the bytes of the response body to <paramref name="body"/> as they come,
    /// until it would block or the budget is spent. So one call a frame receives as fast as the link and the budget allow.
    /// </summary>
    /// <param name="budget">
    /// How much to do; a <see cref="TimeSpan"/> will do. It includes the time that <paramref name="body"/> takes, and is overrun by one
    /// call of it at most. Without a limit of time, a peer that sends faster than the body is consumed holds the call until its end.
    /// </param>
    /// <param name="body">
    /// Called zero or more times, inside this call, with the next bytes of the body. What it throws comes out of this method; the bytes
    /// are then not taken, and are handed out once more by the next call.
    /// </param>
    /// <returns>The new <see cref="Status"/>. The last byte of the body moves it on, as with the other forms of reading.</returns>
    /// <remarks>
    /// The content of every response comes here, that of an error too: look at <see cref="ResponseCode"/> first, which is there when the
    /// status becomes <see cref="PollStatus.Body"/>. With <see cref="BlockingMode"/> it also returns when bytes were handed out.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Called from within <paramref name="body"/>.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public PollStatus PollBody(PollBudget budget, BodyConsumer body)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(body);
        return Pump(budget, body);
    }

    private PollStatus Pump(PollBudget budget, BodyConsumer? body)
    {
        ThrowIfConsuming(nameof(Poll));
        PollStatus before = Status;
        if (!IsPumped)
        {
            return before;
        }

        bool consumed = Advance(budget, body);
        if (BlockingMode)
        {
            while (!consumed && Status == before && IsPumped && Status != PollStatus.Connected && !HasBodyBytes && Sleep())
            {
                consumed = Advance(budget, body);
            }
        }

        // A body that ended in the very Poll that brought its head was empty: the status goes on to Connected, as without a body.
        _bodyShown |= Status == PollStatus.Body;
        return Status;
    }

    private void ThrowIfConsuming(string member)
    {
        if (_isConsuming)
        {
            Misuse.Throw(member, "the bytes of the body are being handed out");
        }
    }

    private bool IsPumped => IsLive && !_switched && Status != PollStatus.Disconnected;

    private bool HasBodyBytes => Status == PollStatus.Body && !Exchange.BodySlice.IsEmpty;

    /// <returns>Whether bytes of the body were handed out.</returns>
    private bool Advance(PollBudget budget, BodyConsumer? body)
    {
        if (_unsendable.Exists)
        {
            OnFault(_unsendable);
            return false;
        }

        bool wasIdle = Status == PollStatus.Connected;
        bool isTimed = budget.Time is not null;
        Instant now = isTimed ? _connection!.Now : default;
        Instant end = budget.Time is { } time ? now + time : Instant.Never;
        bool consumed = false;
        bool again;
        do
        {
            // A short read may have left more behind (a TLS record, a segment): go on until nothing moves.
            PollConnection connection = _connection!;
            connection.Poll(body is not null && isTimed ? PieceOf(budget, end - now) : budget);
            again = Drain() || connection.Progressed;
            if (body is not null && Consume(body, end))
            {
                consumed = true;
                again = true;
            }

            again = again && IsPumped && Status != PollStatus.Connected;
            if (isTimed)
            {
                Instant before = now;
                now = connection.Now;
                again = again && now < end;
                budget = budget with { Time = end - now };
                if (consumed)
                {
                    _pace.Note(connection.BytesMoved, now - before);
                }
            }
        }
        while (again && budget.Bytes is null);

        // An end found while idle shows now; one that came with the response shows at the next Poll, so that the status after
        // a response without content is Connected at least once.
        if (wasIdle && Status == PollStatus.Connected && !_connection!.IsReusable)
        {
            LeaveIdle();
        }

        return consumed;
    }

    /// <summary>What to receive before it is handed out: no more than there is time for.</summary>
    private PollBudget PieceOf(PollBudget budget, TimeSpan left) =>
        budget with { Bytes = Math.Min(budget.Bytes ?? long.MaxValue, _pace.PieceFor(left, SlabPool.MaxSize)) };

    /// <summary>Hands out what is there of the body, until <paramref name="end"/>.</summary>
    private bool Consume(BodyConsumer body, Instant end)
    {
        bool any = false;
        while (TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            PollConnection connection = _connection!;
            if (end != Instant.Never)
            {
                slice = slice[.._pace.PieceFor(end - connection.Now, slice.Length)];
            }

            _isConsuming = true;
            try
            {
                body(slice.Span);
            }
            finally
            {
                _isConsuming = false;
            }

            any = true;
            if (!ReferenceEquals(connection, _connection))
            {
                break; // closed by the consumer
            }

            AdvanceBody(slice.Length);
            if (end != Instant.Never && connection.Now >= end)
            {
                break;
            }
        }

        return any;
    }

    /// <summary>Turns all events into statuses; true when the connection was given more to send.</summary>
    private bool Drain()
    {
        bool moved = false;
        while (_connection is { } connection)
        {
            FollowPhase();
            ConnectionEvent next = connection.NextEvent();
            if (next.Kind == EventKind.None)
            {
                FollowPhase();
                if (!PumpUpload())
                {
                    break;
                }

                moved = true;
                continue;
            }

            Handle(next.Kind, connection);
        }

        // An upload that goes on after the response keeps the exchange, and the status, until its last byte is sent.
        if (_responseEnded && Status is PollStatus.Requesting or PollStatus.Body && _connection!.Http.OpenExchanges == 0)
        {
            EndResponse();
        }

        return moved;
    }

    private void Handle(EventKind kind, PollConnection connection)
    {
        switch (kind)
        {
            case EventKind.ResponseHead:
                OnHead(connection.Http);
                break;
            case EventKind.FinalHeadBeforeBodyEnd:
                OnHead(connection.Http);
                OnEarlyHead(connection.Http);
                break;
            case EventKind.EndOfResponse:
                _responseEnded = true;
                break;
            case EventKind.Upgraded:
                OnHead(connection.Http);
                _switched = true;
                _uploadOpen = false;
                MoveTo(PollStatus.Connected);
                break;
            case EventKind.Faulted:
                OnFault(connection.Fault);
                break;
            case EventKind.Closed when !_responseEnded && Status != PollStatus.Connected:
                OnFault(connection.Fault);
                break;
            case EventKind.Closed:
                // Connected: LeaveIdle finds it. An upload that was to go on after the response can't.
                _uploadOpen = false;
                break;
            default:
                break;
        }
    }

    private void FollowPhase()
    {
        if (Status == PollStatus.Resolving && _connection!.Phase is not (ConnectPhase.None or ConnectPhase.Resolve or ConnectPhase.Closed))
        {
            MoveTo(PollStatus.Connecting);
        }

        if (Status == PollStatus.Connecting && _connection!.Phase == ConnectPhase.Http)
        {
            MoveTo(PollStatus.Connected);
        }
    }

    private void OnHead(HttpConnection http)
    {
        if (_head is not null)
        {
            return;
        }

        _head = new HttpExchange(http, _exchange).ResponseHead;
        if (_head.Framing.Kind is not (BodyFramingKind.None or BodyFramingKind.Tunnel))
        {
            MoveTo(PollStatus.Body);
        }
    }

    // a refusal, or a server that is about to close, will not read the rest.
    private void OnEarlyHead(HttpConnection http)
    {
        if (_head!.StatusCode >= 300 || (http.CloseReasons & CloseReasons.ServerAsked) != 0)
        {
            AbandonUpload();
        }
    }

    private void EndResponse()
    {
        _responseEnded = false;
        if (Status == PollStatus.Requesting || _connection!.IsReusable || !_bodyShown)
        {
            MoveTo(PollStatus.Connected);
            return;
        }

        MoveTo(PollStatus.Disconnected);
        ReleaseConnection();
    }

    private void OnFault(Fault fault)
    {
        if (PollStatusTable.IsFailure(Status) || Status == PollStatus.Disconnected)
        {
            return;
        }

        if (!fault.Exists)
        {
            fault = _connection!.WithTarget(new Fault { Kind = FaultKind.ConnectionReset, Phase = _connection.Phase, BytesExpected = -1 });
        }

        _upload = default;
        _uploadOpen = false;
        PollStatus status = Classify(fault);
        if (Status == PollStatus.Resolving && status != PollStatus.CantResolve)
        {
            MoveTo(PollStatus.Connecting);
        }

        Fail(status, fault);
        ReleaseConnection();
    }

    private PollStatus Classify(in Fault fault) => Status switch
    {
        PollStatus.Resolving when fault.Kind == FaultKind.ResolveFailed || fault.Phase == ConnectPhase.Resolve
            => PollStatus.CantResolve,
        PollStatus.Resolving or PollStatus.Connecting when fault.Kind == FaultKind.TlsFailed || fault.Phase == ConnectPhase.Tls
            => PollStatus.TlsHandshakeError,
        PollStatus.Resolving or PollStatus.Connecting => PollStatus.CantConnect,
        _ => PollStatus.ConnectionError,
    };

    /// <summary>The idle connection has ended: in order, or by a failure.</summary>
    private void LeaveIdle()
    {
        if (FindIdleFault(_connection!) is { Exists: true } fault)
        {
            Fail(PollStatus.ConnectionError, fault);
        }
        else
        {
            MoveTo(PollStatus.Disconnected);
        }

        ReleaseConnection();
    }

    /// <summary>Gets the failure that ended an idle connection; none where it was closed in order.</summary>
    private static Fault FindIdleFault(PollConnection connection)
    {
        Fault fault = connection.Fault;
        TransportFailure failure = connection.Transport?.Failure ?? default;
        return fault.Exists || failure.Error == TransportError.None ? fault : connection.WithTarget(new Fault
        {
            Kind = FaultKind.ConnectionReset, Phase = ConnectPhase.Http, Transport = failure, BytesExpected = -1, Retryable = true,
        });
    }

    /// <summary>Sleeps until the connection can go on; false when only the application can make it.</summary>
    private bool Sleep()
    {
        PollConnection connection = _connection!;
        TransportInterest interest = connection.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            return true;
        }

        Wants wants = connection.Wants;
        ITransport? transport = interest == TransportInterest.None ? null : connection.Transport;
        bool isOpening = Status is PollStatus.Resolving or PollStatus.Connecting;
        if (!isOpening && (wants.Flags is WantFlags.Application || (transport is null && wants.Deadline == Instant.Never)))
        {
            return false;
        }

        TimeSpan timeout = Timeout.InfiniteTimeSpan;
        if (wants.Deadline != Instant.Never)
        {
            timeout = wants.Deadline - connection.Now;
            timeout = timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero;
        }

        if (IsBlind && (timeout < TimeSpan.Zero || timeout > s_blindWait))
        {
            timeout = s_blindWait;
        }

        Await(transport, interest, connection.Contenders, timeout);
        return true;
    }

    private void Await(ITransport? transport, TransportInterest interest, IReadOnlyList<ITransport> contenders, TimeSpan timeout)
    {
        // Registered only while it sleeps: the connection may replace or dispose its transports in any poll.
        if (transport is not null)
        {
            Poller.Set(transport, interest);
        }

        foreach (ITransport contender in contenders)
        {
            Poller.Set(contender, contender.GetInterest(TransportInterest.None));
        }

        try
        {
            _ready.Clear();
            Poller.Wait(timeout, _ready);
        }
        finally
        {
            _ready.Clear();
            if (transport is not null)
            {
                Poller.Set(transport, TransportInterest.None);
            }

            foreach (ITransport contender in contenders)
            {
                Poller.Set(contender, TransportInterest.None);
            }
        }
    }
}
