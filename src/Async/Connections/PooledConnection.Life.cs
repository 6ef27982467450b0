using Microsoft.Extensions.Logging.Abstractions;
using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Policies;
using PollHttp.Proxies;
using PollHttp.Telemetry;

namespace PollHttp.Connections;

// From the first poll to the last: dialing, one exchange after the other, and the ends. The caller holds the lock, unless a member says
// otherwise.
internal sealed partial class PooledConnection
{
    /// <summary>Begins to make the connection.</summary>
    public void Open()
    {
        if (_exchange.Call is { IsFinished: true } || Origin.Pool.IsAborted)
        {
            _exchange.FailCall(Origin.Pool.Disposed());
            BeginClosing();
            return;
        }

        try
        {
            _idle.OnBorn(Loop.Now);
            _pump = NewPump(_dial?.Initiator ?? _exchange.Call);
            _dial?.Begin(Loop.Now);
            LoopHost.Attach();
        }
        catch (Exception error)
        {
            Break(error);
        }
    }

    /// <summary>Begins an exchange on a connection taken from the idle ones, and writes it from the calling thread.</summary>
    /// <returns>False if the connection is unusable. It closes itself then.</returns>
    /// <remarks>
    /// The poller notices the close of an idle connection. The connection is checked here, with one receive, only if it has gone unwatched
    /// for more than a moment. That happens in a slow frame of a manual loop, and with a connection that blocking callers poll. Thread
    /// safety: takes the lock.
    /// </remarks>
    public bool TryReuse(Exchange exchange)
    {
        lock (Lock)
        {
            bool begun = false;
            try
            {
                bool isUnwatched = State == LifeState.Idle && !IsPlace && _idle.IsUnwatched(Callers is null, Loop.PassCount, Now);
                if (exchange.Caller is not null && State != LifeState.Closed && !IsPlace)
                {
                    MoveToCallers();
                }

                if (isUnwatched)
                {
                    LookAround();
                }

                if (State >= LifeState.Closing || !TryPromise() || !_idle.MayBeUsed(Now))
                {
                    BeginClosing();
                    _shared?.RetireIfOver();
                    Host.Settle();
                    return false;
                }

                begun = true;
                _exchange.Begin(exchange, wasIdle: true);
                Host.Kick();
                return true;
            }
            catch (Exception error)
            {
                Break(error);
                return begun;
            }
        }
    }

    /// <summary>Handles the start of an exchange. The loop or the blocking caller that waits for it polls from now on.</summary>
    public void OnBegin(Exchange exchange)
    {
        exchange.Connection = this;
        if (exchange.Caller is null || IsPlace)
        {
            MoveToLoop();
        }
        else
        {
            MoveToCallers();
        }

        MoveTo(LifeState.Active);
    }

    /// <summary>Evaluates a head and goes on with the verdict, unless the exchange has ended meanwhile.</summary>
    /// <remarks>Thread safety: no lock is held while the head is evaluated.</remarks>
    public void Evaluate(Exchange exchange, ResponseHead head)
    {
        HeadVerdict verdict;
        t_polled++; // a blocking call made by the evaluation cannot wait for this connection
        try
        {
            verdict = exchange.IsFinished ? HeadVerdict.Stop : exchange.OnHead(head); // an exchange that has ended needs no evaluation
        }
        finally
        {
            t_polled--;
        }

        lock (Lock)
        {
            if (State < LifeState.Closing)
            {
                _exchange.OnEvaluated(exchange, verdict);
                Host.Kick();
            }
        }
    }

    /// <summary>Sends an exchange that failed on this connection again, on a new one.</summary>
    public void SendOnNewConnection(Exchange exchange, long bytesSent, RetryCause cause = RetryCause.Lost)
    {
        Wire.End();
        exchange.NoteRetry(bytesSent, cause);
        if (Settings.Logger is not NullLogger)
        {
            Notices.Add(() => Log.Retrying(Settings.Logger, Origin.Key.Host, Origin.Key.Port));
        }

        Origin.StartOnNewConnection(exchange);
    }

    /// <summary>Sends an exchange again in HTTP/1.1, which the server does not take in HTTP/2 (RFC 9113 §7, HTTP_1_1_REQUIRED).</summary>
    public void SendInHttp11(Exchange exchange)
    {
        Wire.End();
        exchange.FallBackToHttp11();
        if (Settings.Logger is not NullLogger)
        {
            Notices.Add(() => Log.Retrying(Settings.Logger, Origin.Key.Host, Origin.Key.Port));
        }

        exchange.Continue();
    }

    /// <summary>Handles a consumer that left a body before its end.</summary>
    public void LeaveBody(ConnectionBody body)
    {
        if (_exchange.TryLeave(body))
        {
            Drain.Begin();
            if (State >= LifeState.Closing)
            {
                Host.Settle();
            }
            else
            {
                Host.OnBodyLeft();
            }
        }
    }

    /// <summary>
    /// Receives what an idle connection was sent, and notices its close. A transport that wants to be polled at once (TLS, when it last
    /// returned all it had) checks its own data first, and the transport below it the next time.
    /// </summary>
    private void LookAround()
    {
        bool looksIntoItself = (_pump!.Interest & TransportInterest.Immediate) != 0;
        _pump.Poll();
        if (looksIntoItself)
        {
            _pump.Poll();
        }

        Advance();
    }

    private void BeginFirst()
    {
        if (_dial is { } dial)
        {
            _dial = null; // what made the connection must not hold a dropped response
            _idle.OnMade(Now);
            BecomePlaceIfShared(); // first, since a request that finds neither a dial nor a shared connection would make another one
            Origin.Dialed(this);
            TakeNext();
            NoteOwn();
            dial.OnMade();
        }
        else if (_exchange.Call is { } bound)
        {
            BecomePlaceIfShared();
            Origin.Scouted(this);
            _exchange.Begin(bound, wasIdle: false);
            NoteOwn();
        }
    }

    /// <summary>Ends the exchange. The connection returns to the pool, takes the next request, or closes.</summary>
    /// <returns>True if there may be more to do.</returns>
    private bool Recycle()
    {
        if (!_exchange.TryLeave())
        {
            return false;
        }

        _idle.OnServed(Now);
        if (!TryPromise() || !MayBeKept || Origin.Pool.IsClosed)
        {
            BeginClosing();
            return false;
        }

        if (Drain.TakeStaying() is { } staying)
        {
            Drain.LetGoOn();
            _exchange.Begin(staying, wasIdle: false);
            return true;
        }

        bool begun = TakeNext();
        Drain.LetGoOn();
        return begun;
    }

    /// <summary>Takes the request at the head of the wait queue, or becomes idle.</summary>
    /// <returns>True if it took a request.</returns>
    private bool TakeNext()
    {
        _idle.OnOffered(Loop.PassCount);
        Exchange? next = Origin.Offer(this, out bool isKept);
        if (next is not null)
        {
            _exchange.Begin(next, wasIdle: false);
            return true;
        }

        _pump!.SharedPlace?.EndPromise();
        MoveTo(isKept ? LifeState.Idle : LifeState.Closing);
        return false;
    }

    /// <summary>
    /// Determines whether an exchange may begin. On a shared connection one is reserved for this place, since other places begin exchanges
    /// too.
    /// </summary>
    private bool TryPromise() => _pump!.SharedPlace is { } place ? place.TryPromise() : _pump.IsReusable;

    /// <summary>Turns a new HTTP/2 connection into a shared one. This object becomes one of its places.</summary>
    private void BecomePlaceIfShared()
    {
        if (_pump!.Http.Protocol.Major < 2)
        {
            return;
        }

        MoveToLoop(); // also from a blocking caller, since exchanges of others will be on the connection
        LoopHost.ClearRegistration();
        SharedHost shared = new(Origin, _pump, _idle.Born);
        _shared = shared;
        _pump = shared.NewPlace(this);
        _ = TryPromise();
        Origin.AddShared(shared);
    }

    private void NoteOwn()
    {
        if (!IsPlace)
        {
            Origin.NoteUnshared();
        }
    }

    /// <summary>Handles data or events for this place from the shared connection.</summary>
    /// <remarks>Thread safety: takes the lock.</remarks>
    public void OnShared()
    {
        lock (Lock)
        {
            if (State < LifeState.Closing)
            {
                _exchange.Uncork(); // others have sent the head that was held back, and it has been answered
                Process(default);
            }
        }
    }

    private PollConnection NewPump(Exchange? initiator)
    {
        ConnectionTarget target = Origin.NextTarget(initiator, this);
        if (Loop.IsBackground && Callers is null && target.ProxyAuthenticator is TunnelAuthenticator)
        {
            target = target with { ProxyAuthenticator = new TunnelAuthenticator(Origin.Key.ProxyCredentials, Loop.Poller) };
        }

        INetwork network = Host.Network;
        if (Settings.Connector is { } connector)
        {
            // Connections made in advance belong to the client, which has no callbacks.
            _streams = new(Loop, Continuations, connector, initiator!.Message!, LoopHost);
            target = _streams.Over(target);
            network = _streams;
        }

        return new(network, target, Origin.Pool.ConnectionOptionsFor(initiator), Host.Waker);
    }
}
