using Microsoft.Extensions.Logging.Abstractions;
using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Policies;
using PollHttp.Proxies;
using PollHttp.Telemetry;

namespace PollHttp.Connections;

// From the first poll to the last: dialing, one exchange after the other, and the ends. Under the lock, except where a member says
// otherwise.
internal sealed partial class PooledConnection
{
    /// <summary>Makes the connection, which has not been begun.</summary>
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

    /// <summary>
    /// Begins an exchange on a connection taken from the idle ones, and writes it from here. False when it turned out to be
    /// unusable; it closes itself then. Takes the lock.
    /// </summary>
    /// <remarks>
    /// A connection that ended while idle is noticed by the poller. Only where the poller has not been consulted since it went
    /// idle, and that is more than a moment ago (a slow frame of a manual loop, or a connection that callers poll), it is looked at
    /// here: one receive.
    /// </remarks>
    public bool TryReuse(Exchange exchange)
    {
        lock (Lock)
        {
            bool begun = false;
            try
            {
                bool isUnwatched = State == LifeState.Idle && !IsPlace && _idle.IsUnwatched(Callers is null, Loop.PassCount, Now);
                if (exchange.Caller is not null && State != LifeState.Closed)
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

    /// <summary>An exchange begins on it: whoever waits for that polls from now on.</summary>
    public void OnBegin(Exchange exchange)
    {
        exchange.Connection = this;
        if (exchange.Caller is null)
        {
            MoveToLoop();
        }
        else
        {
            MoveToCallers();
        }

        MoveTo(LifeState.Active);
    }

    /// <summary>Outside of the lock: has a head evaluated, and goes on by the verdict, unless the exchange has ended meanwhile.</summary>
    public void Evaluate(Exchange exchange, ResponseHead head)
    {
        HeadVerdict verdict;
        t_polled++; // a blocking call from in there can't wait for this connection
        try
        {
            verdict = exchange.IsFinished ? HeadVerdict.Stop : exchange.OnHead(head); // nobody is asked for what is given up
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

    /// <summary>Sends an exchange again that this connection failed.</summary>
    public void SendOnNewConnection(Exchange exchange, long bytesSent, bool isRefused = false)
    {
        Wire.End();
        exchange.NoteRetry(bytesSent, isRefused);
        if (Settings.Logger is not NullLogger)
        {
            Notices.Add(() => Log.Retrying(Settings.Logger, Origin.Key.Host, Origin.Key.Port));
        }

        Origin.StartOnNewConnection(exchange);
    }

    /// <summary>Sends an exchange again, in HTTP/1.1, that the server does not take in HTTP/2 (RFC 9113 §7, HTTP_1_1_REQUIRED).</summary>
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

    /// <summary>The consumer of a body left before its end.</summary>
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

        Advance();
    }

    private void BeginFirst()
    {
        if (_dial is { } dial)
        {
            _dial = null; // a dropped response must not be held by what made its connection
            _idle.OnMade(Now);
            Origin.Dialed();
            BecomePlaceIfShared();
            TakeNext();
            NoteOwn();
            dial.OnMade();
        }
        else if (_exchange.Call is { } bound)
        {
            BecomePlaceIfShared();
            _exchange.Begin(bound, wasIdle: false);
            NoteOwn();
        }
    }

    /// <summary>Ends the exchange: back to the pool, on to the next request, or the end. True when there may be more to do.</summary>
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

    /// <summary>Takes the request that waits longest, or is idle from now on. True when it took one.</summary>
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

    /// <summary>Whether an exchange may begin; on a shared connection one is kept for this place, since others begin there too.</summary>
    private bool TryPromise() => _pump!.SharedPlace is { } place ? place.TryPromise() : _pump.IsReusable;

    /// <summary>What was made speaks HTTP/2: from now on it is one place of several on a connection of its own.</summary>
    private void BecomePlaceIfShared()
    {
        if (_pump!.Http.Protocol.Major < 2)
        {
            return;
        }

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

    /// <summary>Something has come for it on the connection that it shares. Takes the lock.</summary>
    public void OnShared()
    {
        lock (Lock)
        {
            if (State < LifeState.Closing)
            {
                Process(default);
            }
        }
    }

    private PollConnection NewPump(Exchange? initiator)
    {
        ConnectionTarget target = Origin.NextTarget(initiator);
        if (Loop.IsBackground && Callers is null && target.ProxyAuthenticator is TunnelAuthenticator)
        {
            target = target with { ProxyAuthenticator = new TunnelAuthenticator(Origin.Key.ProxyCredentials, Loop.Poller) };
        }

        INetwork network = Host.Network;
        if (Settings.Connector is { } connector)
        {
            // Connections made in advance are the client's, which has no callbacks.
            _streams = new(Loop, Continuations, connector, initiator!.Message!, LoopHost);
            target = _streams.Over(target);
            network = _streams;
        }

        return new(network, target, Origin.Pool.ConnectionOptionsFor(initiator), Host.Waker);
    }
}
