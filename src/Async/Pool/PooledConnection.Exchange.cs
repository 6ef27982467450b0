namespace PollHttp;

// The exchange on the connection: begin, dispatch of events, end. All of it under the gate.
internal sealed partial class PooledConnection
{
    /// <summary>Bodies up to this size that arrived with their head are copied out, so that the connection is free at once.</summary>
    public const int DetachLimit = 64 * 1024;

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
                    _pump.Poll();
                    Drain();
                }

                if (_closed || _closing || !_pump!.IsReusable || _pump.Now >= IdleUntil)
                {
                    _closing = true;
                    Settle();
                    return false;
                }

                _isIdle = false;
                begun = true;
                Begin(exchange);
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

    private void Begin(Exchange exchange)
    {
        if (exchange.Caller is null)
        {
            GiveToLoop();
        }
        else
        {
            TakeFromLoop();
        }

        _isReused = Http.CompletedExchanges > 0;
        _exchange = exchange;
        exchange.Connection = this;
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
            FillHead(exchange);
            Http.UseLimits(exchange.Options?.Limits ?? Settings.Limits);
            framing = FramingOf(exchange);
            long outputBefore = exchange.Wire is null ? 0 : Http.GetOutput().Length;
            _id = Http.Begin(_head, framing, _pump!.Now);
            BeginRecord(exchange.Wire, outputBefore);
        }
        catch (ArgumentException error)
        {
            exchange.Fail(error); // the head breaks a rule: nothing was written, the connection is as good as before
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
        if (content.TrailersOrNull is null && content.TryGetMemory(out ReadOnlyMemory<byte> memory) && Http.SendState == SendState.Body)
        {
            if (memory.IsEmpty || Write(_id, memory) == memory.Length)
            {
                Http.FinishBody(_id);
                return;
            }
        }
        else if (content.Length == 0 && Http.SendState != SendState.Body && Http.SendState != SendState.AwaitContinue)
        {
            return;
        }

        _upload = new Upload(this, exchange, content, framing, _id, (exchange.Options?.Limits ?? Settings.Limits).SendHighWater);
        _corked = Http.SendState == SendState.Body;
        _upload.StartWhenDue();
    }

    private void FillHead(Exchange exchange)
    {
        if (!ReferenceEquals(_head.Method, exchange.Method))
        {
            _head.Method = exchange.Method;
        }

        if (!ReferenceEquals(_head.Target, exchange.Target))
        {
            _head.Target = exchange.Target;
        }

        if (!ReferenceEquals(_head.Authority, _origin.Authority))
        {
            _head.Authority = _origin.Authority;
        }

        _head.IsHttp10 = exchange.IsHttp10;
        _head.AllowUnusualFields = exchange.Message is not null;
        HeaderList? added = exchange.Added;
        string? acceptEncoding = CodingPlan.AcceptEncodingOf(DecompressionOf(exchange)?.Codings ?? ContentCodings.None);
        bool plain = exchange.Headers is null or { Count: 0 } && added is null && exchange.Content is not { HasHeaders: true };
        if (plain && _plainHead && ReferenceEquals(acceptEncoding, _plainAcceptEncoding))
        {
            return;
        }

        HeaderList headers = _head.Headers;
        headers.Clear();
        if (exchange.Headers is { Count: > 0 } own)
        {
            foreach (HeaderField field in own)
            {
                if (exchange.IsHttp10 && field.Name.Equals("Expect", StringComparison.OrdinalIgnoreCase))
                {
                    continue; // HTTP/1.0 knows no interim responses
                }

                if (added is null || !added.Contains(field.Name))
                {
                    headers.Add(field);
                }
            }
        }

        if (added is not null)
        {
            foreach (HeaderField field in added)
            {
                headers.Add(field);
            }
        }

        AddDefault(headers, "User-Agent", Settings.UserAgent);
        AddDefault(headers, "Accept", Settings.Accept);
        if (!headers.Contains("Range"))
        {
            AddDefault(headers, "Accept-Encoding", acceptEncoding);
        }

        if (exchange.Message is null)
        {
            exchange.Content?.AddHeadersTo(headers); // a message's are among its fields already
        }

        _plainHead = plain;
        _plainAcceptEncoding = acceptEncoding;
    }

    private static void AddDefault(HeaderList headers, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value) && !headers.Contains(name))
        {
            headers.Add(name, value);
        }
    }

    private static ContentFraming FramingOf(Exchange exchange)
    {
        if (exchange.Message is not null)
        {
            return RequestMapping.FramingOf(exchange);
        }

        if (exchange.Content is not { } content)
        {
            return exchange.Method is "POST" or "PUT" or "PATCH" ? ContentFraming.OfLength(0) : ContentFraming.None;
        }

        // A request that names its framing decides where the content leaves a choice; what contradicts is refused with the head.
        string? announced = null;
        bool chunks = content.TrailersOrNull is not null || exchange.Headers?.Contains("Transfer-Encoding") == true;
        if (!chunks && content.Length is null && exchange.Headers?.TryGetValue("Content-Length", out announced) == true
            && long.TryParse(announced, System.Globalization.NumberStyles.None, null, out long promised))
        {
            return ContentFraming.OfLength(promised);
        }

        return !chunks && content.Length is { } length ? ContentFraming.OfLength(length) : ContentFraming.Chunked;
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

        _wire?.OnProgress(Http);
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
                    _wire?.OnResponse(_origin.DetachHead(Http), Http);
                    if (MustAsk(_exchange))
                    {
                        return; // what else there is has to wait for the answer
                    }

                    break;
                case EventKind.BodyData:
                    _wire?.OnResponseBody(Http); // everybody else sees it in OnProgress
                    break;
                case EventKind.Informational:
                    _wire?.OnInformational(Http.DetachResponseHead());
                    if (_exchange is { Options.OnInformational: { } callback } informed)
                    {
                        new InformationalCall(informed, callback, Http.DetachResponseHead()).Start(_loop);
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
                case EventKind.BodyReleased:
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

    private HeaderField[] CopyTrailers() => Http.Trailers.Count == 0 ? [] : [.. Http.Trailers];

    private void DeliverHead()
    {
        _headReady = false;
        Exchange? exchange = _exchange;
        _exchange = null;
        if (exchange is null)
        {
            _closing = true;
            return;
        }

        try
        {
            DeliverHead(exchange);
        }
        catch (Exception error)
        {
            exchange.Fail(error); // it is the connection's no longer, which ends as well
            throw;
        }
    }

    private void DeliverHead(Exchange exchange)
    {
        NoteKeepAlive(Http.ResponseHead);
        if (IsStaleAnswer(exchange))
        {
            SendOnNewConnection(exchange, bytesSent: 1);
            _closing = true;
            return;
        }

        Judge(exchange);
    }

    private void Deliver(Exchange exchange, HeadVerdict verdict)
    {
        switch (verdict)
        {
            case HeadVerdict.SendAgain:
                SkipBody(exchange);
                return;
            case HeadVerdict.Stop:
                SkipBody(null);
                return;
        }

        ResponseHead head = _origin.DetachHead(Http);
        if (!CodingPlan.TryPlan(head, DecompressionOf(exchange), out ContentCodings[] codings))
        {
            exchange.Fail(FaultMapping.ToRequestException(exchange, new Fault
            {
                Kind = FaultKind.TooManyCodings,
                Phase = ConnectPhase.Http,
                BytesExpected = CodingPlan.MaxLinks,
                RequestBytesSent = Http.RequestBytesSent,
            }));
            _closing = true;
            return;
        }

        ReadOnlySequence<byte> body = Http.Body;
        if (Http.IsBodyReceived && body.Length <= DetachLimit)
        {
            byte[] copy = body.IsEmpty ? [] : body.ToArray();
            HeaderField[] trailers = CopyTrailers();
            if (copy.Length > 0)
            {
                Http.ConsumeBody(_id, copy.Length);
            }

            Func<BodySource, BodySource>? decode = codings.Length > 0 && copy.Length > 0 ? Decode(exchange, codings) : null;
            Response whole = decode is not null || trailers.Length > 0
                ? new Response(exchange.Uri, head, new BufferedBody(copy, trailers, _loop), decode, Info)
                : new Response(exchange.Uri, head, copy, Info);
            AttachTimes(exchange, whole);
            EndRecordIfWhole();
            exchange.Succeed(whole);
            return;
        }

        _deadline = exchange.IsBuffered ? exchange.Deadline : Instant.Never;
        ConnectionBody source = new(this, _id, exchange);
        Response response = new(exchange.Uri, head, source, codings.Length > 0 ? Decode(exchange, codings) : null, Info);
        AttachTimes(exchange, response);
        if (exchange.Succeed(response))
        {
            _body = source;
        }
        else
        {
            _closing = true;
        }
    }

    /// <summary>Gives up the exchange whose head has not come, or the body that is being read whole. Any thread.</summary>
    public void CancelPending()
    {
        Exchange? exchange;
        lock (Gate)
        {
            exchange = _exchange ?? _next;
            if (_body is { IsReadWhole: true } body)
            {
                _body = null;
                _isLent |= body.IsLent;
                TaskCanceledException canceled = new();
                EndRecord(canceled);
                body.FailNow(canceled);
                _closing = true;
                Settle();
            }
        }

        exchange?.Cancel();
    }

    /// <summary>Whether a final head came before the end of the content, and the content goes on nevertheless.</summary>
    public bool HasEarlyResponse => _acceptedEarly;

    private DecompressionOptions? DecompressionOf(Exchange exchange) => exchange.Options?.Decompression ?? Settings.Decompression;

    private Func<BodySource, BodySource> Decode(Exchange exchange, ContentCodings[] codings)
    {
        DecompressionOptions options = DecompressionOf(exchange)!;
        string request = $"{exchange.Method} {_origin.Key.Origin}";
        return coded => new DecodedBody(coded, CodingPlan.NewChain(codings, options.AllowTrailingData), options, request);
    }

    private void OnEarlyResponse()
    {
        if (!EarlyResponse.EndsContent(Http.ResponseHead, Http.CloseReasons))
        {
            _acceptedEarly = true; // the upload goes on, or begins, when events are through
            return;
        }

        _upload?.Stop();
        if (Http.SendState is SendState.Body or SendState.AwaitContinue)
        {
            Http.AbandonBody(_id);
        }
    }

    private void OnFault()
    {
        Fault fault = _pump!.Fault;
        if (_headReady)
        {
            DeliverHead();
        }

        _upload?.Stop();
        if (_exchange is { } exchange)
        {
            if (MayRetry(exchange, fault))
            {
                EndRecord(_wire is null ? null : FaultMapping.ToRequestException(exchange, fault));
                SendOnNewConnection(exchange, fault.RequestBytesSent);
            }
            else
            {
                exchange.Fail(FaultMapping.ToRequestException(exchange, fault, WouldRetry(exchange, fault)));
            }

            _exchange = null;
        }
        else if (_isDialing)
        {
            FailDialing(fault);
        }

        EndRecord(fault);
        if (_body is null || !_body.OnFault(fault))
        {
            _body = null;
            _closing = true;
        }
    }

    private static bool MayRetry(Exchange exchange, in Fault fault) =>
        WouldRetry(exchange, fault) && exchange.Content is null or { CanBeSent: true };

    /// <summary>Whether to send again, as far as the fault and the method go.</summary>
    private static bool WouldRetry(Exchange exchange, in Fault fault) =>
        fault.Retryable
        && fault.Phase == ConnectPhase.Http
        && MayRepeat(exchange, fault.RequestBytesSent);

    /// <summary>R-215, R-216, R-218: once, and only what may be done twice, or provably was not done.</summary>
    private static bool MayRepeat(Exchange exchange, long bytesSent) =>
        !exchange.HasBeenRetried
        && !exchange.IsFinished
        && (exchange.IsIdempotent || bytesSent == 0);

    /// <summary>A 408 on a connection that was used before: the server had given it up .</summary>
    private bool IsStaleAnswer(Exchange exchange) =>
        Http.ResponseHead.StatusCode == 408 && Http.CompletedExchanges > 0 && MayRepeat(exchange, bytesSent: 1) && exchange.Content is null or { CanBeSent: true };

    private void SendOnNewConnection(Exchange exchange, long bytesSent)
    {
        EndRecord();
        exchange.NoteRetry(bytesSent);
        Log.Retrying(Settings.Logger, _origin.Key.Host, _origin.Key.Port);
        _origin.StartOnNewConnection(exchange);
    }

    private void OnClosed()
    {
        if (!_headReady)
        {
            Fault fault = new() { Kind = FaultKind.ClosedBeforeResponse, Phase = ConnectPhase.Http };
            if (_exchange is { } exchange)
            {
                _exchange = null;
                exchange.Fail(FaultMapping.ToRequestException(exchange, fault));
            }
            else if (_isDialing)
            {
                FailDialing(fault);
            }
        }

        if (_headReady)
        {
            DeliverHead();
        }

        _closing |= _body is null;
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

    private void FailExchange(Exception error)
    {
        if (_exchange is { } exchange)
        {
            _exchange = null;
            exchange.Fail(error);
        }
        else if (_initiator is { } initiator && _isDialing && _origin.TakeWaiting(initiator))
        {
            initiator.Fail(error);
        }
    }

    /// <summary>The connection can't be made: whoever it was made for hears of it, if nothing else served him meanwhile.</summary>
    private void FailDialing(in Fault fault)
    {
        if (_initiator is null)
        {
            EndWarmUp(FaultMapping.ToConnectException(_origin.Key, fault));
        }
        else if (_origin.TakeWaiting(_initiator))
        {
            _initiator.Fail(FaultMapping.ToRequestException(_initiator, fault));
        }
    }

    private void EndWarmUp(Exception? error)
    {
        WarmUp? warmUp = _warmUp;
        _warmUp = null;
        warmUp?.OnMade(error);
    }

    private void OnDeadline()
    {
        if (_isSkipping)
        {
            OnSkippingDeadline();
            return;
        }

        if (_exchange is { } exchange)
        {
            _exchange = null;
            exchange.FailTimedOut(_pump?.Phase ?? ConnectPhase.None);
        }

        if (_body is { } body)
        {
            _body = null;
            _isLent |= body.IsLent;
            body.FailTimedOut();
            EndRecord(body.Error);
        }

        _closing = true;
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
            if (_needsFlush)
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

    /// <summary>Sends what is in the output, the head that was held back included.</summary>
    public void Flush()
    {
        _corked = false;
        Kick();
    }

    /// <summary>The content failed: nothing more can be done with the connection.</summary>
    public void FailUpload(Exchange exchange, Exception error)
    {
        error = FaultMapping.OfContent(exchange, error);
        exchange.Fail(error);
        if (ReferenceEquals(_exchange, exchange))
        {
            _exchange = null;
        }

        FailBody(error);
        _closing = true;
        Settle();
    }
}
