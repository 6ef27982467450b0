namespace PollHttp;

// The exchange on the connection: begin, dispatch of events, end. All of it under the gate.
internal sealed partial class PooledConnection
{
    private static readonly TimeSpan UncheckedIdle = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Begins an exchange on a connection taken from the idle ones, and writes it from here. False when it turned out to be
    /// unusable; it closes itself then.
    /// </summary>
    /// <remarks>
    /// A connection that ended while idle is noticed by the poller. Only where the poller has not been consulted since it went
    /// idle, and that is more than a moment ago (a slow frame of a manual loop, or a connection that callers poll), it is looked at
    /// here: one receive.
    /// </remarks>
    public bool TryReuse(Exchange exchange)
    {
        lock (Gate)
        {
            bool begun = false;
            try
            {
                bool isWatched = !_isPolledByCaller && _idlePass != _loop.PassCount;
                if (exchange.Caller is not null && !_closed)
                {
                    TakeFromLoop();
                }

                if (!_closed && !_closing && !isWatched && _pump!.Now - _idleSince > UncheckedIdle)
                {
                    LookAround();
                }

                if (_closed || _closing || !_pump!.IsReusable || !MayBeUsed())
                {
                    _closing = true;
                    Settle();
                    return false;
                }

                _isIdle = false;
                begun = true;
                Begin(exchange, wasIdle: true);
                Kick();
                return true;
            }
            catch (Exception error)
            {
                Break(error);
                return begun;
            }
        }
    }

    /// <summary>Notices what an idle connection has been sent, and its end. A transport that says to be asked at once (TLS, when it last
    /// gave all it had) looks into itself first, and at what is below it the next time.</summary>
    private void LookAround()
    {
        bool looksIntoItself = (_pump!.Interest & TransportInterest.Immediate) != 0;
        _pump.Poll();
        if (looksIntoItself)
        {
            _pump.Poll();
        }

        Drain();
    }

    private void Begin(Exchange exchange, bool wasIdle = false)
    {
        _isReused = Http.CompletedExchanges > 0;
        _mayBeStale = _isReused || wasIdle;
        _exchange = exchange; // first: what fails from here on is its outcome
        exchange.Connection = this;
        if (exchange.Caller is null)
        {
            GiveToLoop();
        }
        else
        {
            TakeFromLoop();
        }

        if (exchange.StateOrNull is { } state)
        {
            state.StaysOnConnection = false;
        }

        Interlocked.MemoryBarrier(); // see Exchange.Execute
        _isIdle = false;
        _headReady = false;
        _responseDone = false;
        _acceptedEarly = false;
        _deadline = exchange.Deadline;
        exchange.Caller?.Take(this);
        if (exchange.IsFinished)
        {
            _exchange = null;
            _responseDone = true;
            return;
        }

        RequestContent? content = exchange.Content;
        ContentFraming framing;
        try
        {
            RequestHead head = _composer.Compose(exchange, _origin.Authority, Settings, DecompressionOf(exchange));
            framing = RequestComposer.FramingOf(exchange);
            long outputBefore = exchange.Wire is null ? 0 : Http.GetOutput().Length;
            _id = Http.Begin(head, framing, _pump!.Now, exchange.Options?.Limits ?? Settings.Limits);
            BeginRecord(exchange.Wire, outputBefore);
        }
        catch (ArgumentException error)
        {
            exchange.Fail(FaultMapping.OfRefusedHead(exchange, error)); // the head breaks a rule: nothing was written, the connection is as good as before
            _exchange = null;
            _responseDone = true;
            return;
        }

        CountAs("active");
        exchange.Trace?.LeaveQueue();
        _needsFlush = true;
        if (content is not null)
        {
            BeginContent(exchange, content, framing);
        }
    }

    private void BeginContent(Exchange exchange, RequestContent content, ContentFraming framing)
    {
        if (content.TrailersOrNull is null && content.TryGetMemory(out ReadOnlyMemory<byte> memory) && Current.SendState == SendState.Body)
        {
            if (memory.IsEmpty || Write(_id, memory) == memory.Length)
            {
                Http.FinishBody(_id);
                return;
            }
        }
        else if (exchange.ContentLength == 0 && Current.SendState != SendState.Body && Current.SendState != SendState.AwaitContinue)
        {
            return;
        }

        _upload = new Upload(this, exchange, content, framing, _id);
        _corked = Current.SendState == SendState.Body;
        _upload.StartWhenDue();
    }

    /// <summary>Pulls events until there are none, and does what they ask for.</summary>
    public void Drain()
    {
        if (_isJudging)
        {
            return;
        }

        if (_id.Value == 0 && !_isIdle && _pump!.IsReusable)
        {
            BeginFirst();
        }

        do
        {
            Dispatch();
            SkipReceived();
            if (_headReady)
            {
                DeliverHead();
                Dispatch(); // the end of the response, where the body was taken out
            }

            while (_responseDone && !_closing && !_isJudging && Recycle())
            {
            }
        }
        while (_headReady);

        if (_isIdle)
        {
            CountAs("idle");
        }

        if (_isIdle && !_pump!.IsReusable)
        {
            _origin.TryTakeIdle(this);
            _closing = true;
        }

        _wire?.OnProgress(Current);
        _upload?.OnProgress();
        _body?.OnProgress();
    }

    private void Dispatch()
    {
        while (!_closing && !_isJudging)
        {
            ConnectionEvent e = _pump!.NextEvent();
            switch (e.Kind)
            {
                case EventKind.None:
                    return;
                case EventKind.ResponseHead:
                    _headReady = true;
                    _wire?.OnResponse(_origin.DetachHead(Current), Current);
                    if (_upload is { BlocksCaller: true })
                    {
                        OnEarlyResponse(); // also where all of the content was written, and waits to be sent
                    }

                    if (MustAsk(_exchange))
                    {
                        return; // what else there is has to wait for the answer
                    }

                    break;
                case EventKind.BodyData:
                    _wire?.OnResponseBody(Current); // everybody else sees it in OnProgress
                    break;
                case EventKind.Informational:
                    _wire?.OnInformational(Current.DetachResponseHead());
                    if (_exchange is { Options.OnInformational: { } callback } informed)
                    {
                        new InformationalCall(informed, callback, Current.DetachResponseHead()).Start(_loop);
                    }

                    break;
                case EventKind.EndOfResponse:
                    _responseDone = true;
                    EndRecordIfWhole();
                    _body?.OnEnd(CopyTrailers());
                    _body = null;
                    break;
                case EventKind.FinalHeadBeforeBodyEnd:
                    OnEarlyResponse();
                    break;
                case EventKind.BodyReleased when e.Exchange == _id:
                    _upload?.OnReleased();
                    break;
                case EventKind.Upgraded:
                    OnUpgraded();
                    break;
                case EventKind.Faulted:
                    OnFault();
                    break;
                case EventKind.Closed:
                    OnClosed();
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Whether a final head came before the end of the content, and the content goes on nevertheless.</summary>
    public bool HasEarlyResponse => _acceptedEarly;

    private void OnEarlyResponse()
    {
        if (!EarlyResponse.EndsContent(Current.ResponseHead, Http.CloseReasons))
        {
            _acceptedEarly = true; // the upload goes on, or begins, when events are through
            return;
        }

        _upload?.Stop();
        AbandonUnsent();
    }

    /// <summary>Has nothing more of the content sent, and so gives back its memory. The response can still be read.</summary>
    /// <returns>False when nothing was left to send.</returns>
    private bool AbandonUnsent()
    {
        if (Current.SendState is SendState.Body or SendState.AwaitContinue || (_upload is { HoldsMemory: true } && !Http.GetOutput().IsEmpty))
        {
            Http.AbandonBody(_id);
            return true;
        }

        return false;
    }

    /// <summary>Ends the exchange: back to the pool, on to the next request, or the end. True when there may be more to do.</summary>
    private bool Recycle()
    {
        if (_upload is { IsRunning: true } upload)
        {
            // An early response: the content is still being sent, which the connection's reuse waits for; but not for ever, since
            // the server may take no more of it, and nobody is left to give it up.
            if (!_isSkipping)
            {
                _deadline = upload.Deadline;
            }

            return false;
        }

        EndRecordIfWhole();
        _responseDone = false;
        _upload = null;
        _id = default;
        _deadline = Instant.Never;
        _idleSince = _pump!.Now;
        _staysIdle = false;
        HasServed = true;
        if (!_pump.IsReusable || !MayBeKept || _origin.Pool.IsClosed)
        {
            _closing = true;
            return false;
        }

        if (_next is { StaysOnConnection: true } staying)
        {
            _next = null;
            ContinueAfterSkipping();
            Begin(staying);
            return true;
        }

        bool begun = TakeNext();
        ContinueAfterSkipping();
        return begun;
    }

    /// <summary>Takes the request that waits longest, or is idle from now on. True when it took one.</summary>
    private bool TakeNext()
    {
        _idlePass = _loop.PassCount;
        if (_origin.Offer(this, out _isIdle) is { } next)
        {
            Begin(next);
            return true;
        }

        _closing = !_isIdle;
        return false;
    }

    private void BeginFirst()
    {
        if (_isDialing)
        {
            _isDialing = false;
            _initiator = null; // a dropped response must not be held by what made its connection
            _idleSince = _pump!.Now;
            _origin.Dialed();
            TakeNext();
            EndWarmUp(null);
        }
        else if (_exchange is not null)
        {
            Begin(_exchange);
        }
    }

    private void EndWarmUp(Exception? error)
    {
        WarmUp? warmUp = _warmUp;
        _warmUp = null;
        warmUp?.OnMade(error);
    }

    /// <summary>After the consumer took bytes: perhaps the end, perhaps room to receive again.</summary>
    public void AfterConsume()
    {
        if (_closing || _closed)
        {
            return;
        }

        t_polled++;
        try
        {
            Drain();
            if (_needsFlush || MayReadHere())
            {
                Kick();
            }
            else
            {
                Settle();
            }
        }
        catch (Exception error)
        {
            Break(error); // perhaps of the next exchange: nothing of whoever reads here
        }
        finally
        {
            t_polled--;
        }
    }

    /// <summary>
    /// Whether a consumer in background drive made room in a receive buffer that was full: he receives here and now what has come
    /// meanwhile, rather than have the reactor woken for it, and perhaps fills the buffer again. A consumer on a thread that polls
    /// others too leaves it to their order.
    /// </summary>
    private bool MayReadHere() =>
        _loop.IsBackground && !_loop.IsOnThread && !_isPolledByCaller && _body is not null
        && (InterestNow & ~_registration.Interest & TransportInterest.Read) != 0;

    /// <summary>Sends what is in the output, the head that was held back included.</summary>
    public void Flush()
    {
        _corked = false;
        Kick();
    }
}
