using PollHttp.Exchanges;
using PollHttp.Streams;

namespace PollHttp.Connections;

// Ends out of order: faults, deadlines, cancellation from outside, and exceptions thrown meanwhile. The caller holds the lock, unless a
// member takes it.
internal sealed partial class PooledConnection
{
    /// <summary>Handles the end of the shared connection before the exchange has begun on it.</summary>
    public void OnFaultOfAll() => OnFault();

    private void OnFault()
    {
        Fault fault = _exchange.Classify(_pump!.Fault);
        if (!_exchange.OnFault(fault))
        {
            _dial?.Fail(fault);
        }

        Wire.End(fault);
        if (!_exchange.FailBody(fault))
        {
            BeginClosing();
        }
    }

    private void OnClosed()
    {
        Fault fault = new() { Kind = FaultKind.ClosedBeforeResponse, Phase = ConnectPhase.Http };
        if (!_exchange.OnClosed(fault))
        {
            _dial?.Fail(fault);
        }

        if (!_exchange.HasBody)
        {
            BeginClosing();
        }
    }

    /// <summary>
    /// Handles a 101, or a 2xx to CONNECT. The transport leaves as soon as the poller has released it, which the loop does.
    /// </summary>
    private void OnUpgraded()
    {
        BeginClosing();
        if (_exchange.TakeSwitched() is { } exchange)
        {
            _handover = new(exchange, OnWire.DetachResponseHead());
        }
        else
        {
            _exchange.FailCall(new PollHttpException(
                HttpRequestError.InvalidResponse, "The server switched protocols, which this call can't use.", null, default));
        }
    }

    private void OnDeadline(Instant now)
    {
        if (State == LifeState.Draining)
        {
            Drain.OnDeadline(now);
            return;
        }

        if (_dial is { } dial && dial.GoesOn(this, now))
        {
            return;
        }

        if (_exchange.OnDeadline(Phase))
        {
            BeginClosing();
        }
    }

    /// <summary>Ends what has passed its deadline. Used by a thread that polls without sleeping.</summary>
    public void CheckDeadline() => Callers?.CheckDeadline(Now);

    /// <summary>Records that the consumer may be reading bytes in the receive buffer, even when the connection closes.</summary>
    public void OnLent() => _isLent = true;

    /// <summary>Closes the connection if it is being made and is no longer needed, as no more requests come.</summary>
    /// <remarks>Thread safety: any thread. Takes the lock.</remarks>
    public void CloseUnneededDial()
    {
        lock (Lock)
        {
            if (State == LifeState.Dialing && _dial is { } dial && !dial.IsNeededBy(this))
            {
                BeginClosing();
                Host.Settle();
            }
        }
    }

    /// <summary>Cancels the exchange whose head has not come, or the body that the call itself reads to its end.</summary>
    /// <remarks>Thread safety: any thread. Takes the lock.</remarks>
    public void CancelPending()
    {
        Exchange? exchange;
        lock (Lock)
        {
            exchange = _exchange.Call ?? Drain.Next;
            if (_exchange.CancelWhole())
            {
                BeginClosing();
                Host.Settle();
            }

            _exchange.CancelContent();
        }

        exchange?.Cancel();
    }

    /// <summary>Handles the failure of the content. The connection cannot be used further.</summary>
    public void FailUpload(Exchange exchange, Exception error)
    {
        _exchange.OnContentFailed(exchange, error);
        BeginClosing();
        Host.Settle();
    }

    /// <summary>Abandons a content that is not written after all. The connection has nothing more to send.</summary>
    /// <remarks>Thread safety: takes the lock.</remarks>
    public void AbandonContent(Upload upload)
    {
        lock (Lock)
        {
            if (State < LifeState.Closing && _exchange.TryAbandon(upload))
            {
                Flush();
            }
        }
    }

    /// <summary>Fails everything on this connection with an exception. A connection that the loop polls is closed by the loop.</summary>
    /// <remarks>Thread safety: any thread. Takes the lock.</remarks>
    public void Terminate(Exception error)
    {
        lock (Lock)
        {
            if (State != LifeState.Closed)
            {
                EndAll(error);
            }
        }
    }

    /// <summary>Abandons an exchange that was canceled before its head came. Does nothing to any other exchange.</summary>
    /// <remarks>Thread safety: takes the lock.</remarks>
    public void AbortExchange(Exchange exchange)
    {
        lock (Lock)
        {
            if (_exchange.TryAbandon(exchange))
            {
                BeginClosing();
                Host.Settle();
            }
            else
            {
                Drain.Leave(exchange);
            }
        }
    }

    /// <summary>Abandons a body that is not read to its end.</summary>
    public void AbandonBody(ConnectionBody body)
    {
        if (_exchange.TryAbandon(body))
        {
            BeginClosing();
            Host.Settle();
        }
    }

    /// <summary>Resets a tunnel, whose receiving side may have ended.</summary>
    public void ResetTunnel(ExchangeId id, Exception error)
    {
        if (State < LifeState.Closing && OnWire.Id == id && _exchange.IsTunnelOpen)
        {
            _exchange.FailBody(error);
            BeginClosing();
            Host.Settle();
        }
    }

    /// <summary>
    /// Handles an exception thrown while the connection is processed, for example by a logger, a credential, a filter or a content. The
    /// exception is the outcome of what is on this connection, and of nothing else. The loop and its other connections go on.
    /// </summary>
    public void Break(Exception error)
    {
        _handover?.Exchange.Fail(error);
        _handover = null;
        EndAll(error);
    }

    /// <summary>Closes the connection, if that is due. Called by its host.</summary>
    public void CloseIfDue()
    {
        if (State != LifeState.Closing)
        {
            return;
        }

        MoveTo(LifeState.Closed);
        LoopHost.ClearRegistration();
        _callers?.Leave();
        _exchange.OnConnectionClosed();
        _metrics.OnClosed(_pump, OwnReason);
        HandOverTunnel();
        _pump?.Close(whileRead: _isLent);

        LoopHost.Detach();
        Origin.Scouted(this);
        Origin.Remove(this, wasDialing: _dial is not null);
        _dial?.OnClosed();
        _dial = null;
        Drain.LetGoOn();
    }

    /// <summary>Gets the reason for the close of a free connection if the protocol gave none on either side.</summary>
    private string OwnReason => Origin.Pool.IsClosed ? "Disposed"
        : Now < _idle.Until ? "Abandoned"
        : _idle.IsAged(Now) ? "Lifetime"
        : "IdleTimeout";

    private void EndAll(Exception error)
    {
        if (!_exchange.FailCall(error))
        {
            _dial?.Fail(error);
        }

        Drain.Next?.Fail(error);
        _exchange.FailBody(error);
        BeginClosing();
        Host.Settle();
    }

    private void HandOverTunnel()
    {
        if (_handover is { } handover)
        {
            _handover = null;
            Exchange exchange = handover.Exchange;
            try
            {
                ConnectionInfo info = Describe(); // read before the transport has left
                ITransport transport = _pump!.Detach(out ReadOnlyMemory<byte> leftover);
                Tunnel tunnel = new(transport, leftover, Loop, Continuations);
                _streams?.AlsoWake(tunnel);
                if (!exchange.Succeed(new Response(exchange.Uri, handover.Head, tunnel, info)))
                {
                    tunnel.Dispose();
                }
            }
            catch (Exception error)
            {
                exchange.Fail(error);
            }
        }
    }
}
