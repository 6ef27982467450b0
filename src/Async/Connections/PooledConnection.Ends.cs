using PollHttp.Exchanges;
using PollHttp.Streams;

namespace PollHttp.Connections;

// The ends that are not in order: faults, deadlines, what is given up from outside, and what is thrown meanwhile. Under the lock, or taking
// it where a member says so.
internal sealed partial class PooledConnection
{
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

    /// <summary>A 101, or a 2xx to CONNECT: the transport leaves as soon as the poller has let go of it, which is the loop's to do.</summary>
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

    /// <summary>Ends what has passed its deadline, for a thread that polls without sleeping.</summary>
    public void CheckDeadline() => Callers?.CheckDeadline(Now);

    /// <summary>The consumer may be looking at bytes in the receive buffer, at the end of the connection too.</summary>
    public void OnLent() => _isLent = true;

    /// <summary>Ends it if it is being made, and nothing needs it, as no more requests come. Any thread; takes the lock.</summary>
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

    /// <summary>Gives up the exchange whose head has not come, or the body that is being read whole. Any thread; takes the lock.</summary>
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

    /// <summary>The content failed: nothing more can be done with the connection.</summary>
    public void FailUpload(Exchange exchange, Exception error)
    {
        _exchange.OnContentFailed(exchange, error);
        BeginClosing();
        Host.Settle();
    }

    /// <summary>A content is not written after all: the connection has nothing more to send. Takes the lock.</summary>
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

    /// <summary>Ends everything on this connection with an exception. Any thread, takes the lock; what the loop polls is closed by the
    /// loop.</summary>
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

    /// <summary>Gives up an exchange that was canceled before its head; any other is left alone. Takes the lock.</summary>
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

    /// <summary>Gives up a body that nobody reads to its end.</summary>
    public void AbandonBody(ConnectionBody body)
    {
        if (_exchange.TryAbandon(body))
        {
            BeginClosing();
            Host.Settle();
        }
    }

    /// <summary>
    /// What is thrown while the connection is processed (by a logger, a credential, a filter, a content) is the outcome of what is on
    /// this connection, as it was thrown, and of nothing else: the loop and its other connections go on.
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
        Origin.Remove(this, wasDialing: _dial is not null);
        _dial?.OnClosed();
        _dial = null;
        Drain.LetGoOn();
    }

    /// <summary>Gets why the connection ends where it was free, and neither side had a reason of the protocol.</summary>
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
