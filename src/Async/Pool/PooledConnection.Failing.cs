namespace PollHttp;

// The ends that are not in order: faults, deadlines, what is given up from outside, and what is thrown meanwhile. All of it under the gate.
internal sealed partial class PooledConnection
{
    private void OnFault()
    {
        Fault fault = _pump!.Fault;
        if (_mayBeStale && RetryRules.IsEndWithoutResponse(fault))
        {
            fault = fault with { Retryable = true }; // Core knows of responses it received, not of the time before the first request
        }

        if (_headReady)
        {
            DeliverHead();
        }

        _upload?.Stop();
        if (_exchange is { } exchange)
        {
            if (RetryRules.MayRetry(exchange, fault))
            {
                EndRecord(_wire is null ? null : FaultMapping.ToRequestException(exchange, fault));
                SendOnNewConnection(exchange, fault.RequestBytesSent);
            }
            else
            {
                exchange.Fail(FaultMapping.ToRequestException(exchange, fault, RetryRules.WouldRetry(exchange, fault)));
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

    private void OnDeadline()
    {
        if (_isSkipping)
        {
            OnSkippingDeadline();
            return;
        }

        if (_body is { IsReadWhole: false })
        {
            OnLateContent();
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

    /// <summary>The time of a call is over whose response came in time, while its thread still writes the content: the response is
    /// returned without the rest of that.</summary>
    private void OnLateContent()
    {
        _deadline = Instant.Never;
        if (_upload is { IsRunning: true } upload)
        {
            upload.Stop();
            AbandonUnsent();
        }
    }

    /// <summary>Ends what has passed its deadline, for a thread that polls without sleeping; needs the lock.</summary>
    public void CheckDeadline()
    {
        if (_deadline != Instant.Never && !_closed && _deadline <= _pump!.Now)
        {
            OnAwake();
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

            _upload?.CancelCall();
        }

        exchange?.Cancel();
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

    /// <summary>A content is not written after all: the connection has nothing more to send.</summary>
    public void AbandonContent(Upload upload)
    {
        lock (Gate)
        {
            if (ReferenceEquals(_upload, upload) && !_closing && !_closed)
            {
                upload.Stop();
                AbandonUnsent();
                Flush();
            }
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

    /// <summary>Ends everything on this connection with an exception. Any thread; what the loop polls is closed by the loop.</summary>
    public void Terminate(Exception error)
    {
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            EndAll(error);
        }
    }

    /// <summary>Gives up an exchange that was canceled before its head; any other is left alone.</summary>
    public void AbortExchange(Exchange exchange)
    {
        lock (Gate)
        {
            if (ReferenceEquals(_exchange, exchange))
            {
                _exchange = null;
                _closing = true;
                Settle();
            }
            else if (ReferenceEquals(_next, exchange))
            {
                _next = null; // the rest of the response before it is skipped all the same
            }
        }
    }

    /// <summary>Gives up a body that nobody reads to its end. Any thread, under the gate.</summary>
    public void AbandonBody(ConnectionBody body)
    {
        if (ReferenceEquals(_body, body))
        {
            _isLent |= body.IsLent;
            _body = null;
            _closing = true;
            Settle();
        }
    }

    /// <summary>
    /// What is thrown while the connection is processed (by a logger, a credential, a filter, a content) is the outcome of what is on
    /// this connection, as it was thrown, and of nothing else: the loop and its other connections go on. Under the gate.
    /// </summary>
    private void Break(Exception error)
    {
        _switched?.Fail(error);
        _switched = null;
        EndWarmUp(error);
        EndAll(error);
    }

    private void EndAll(Exception error)
    {
        FailExchange(error);
        _next?.Fail(error);
        FailBody(error);
        _closing = true;
        Settle();
    }

    private void FailBody(Exception error)
    {
        if (_body is { } body)
        {
            _body = null;
            _isLent |= body.IsLent;
            EndRecord(error);
            body.FailNow(error);
        }
    }
}
