using PollHttp.Exchanges;

namespace PollHttp.Connections;

// What a poll does: it takes the events of the pump and acts on them. The caller holds the lock.
internal sealed partial class PooledConnection
{
    /// <summary>
    /// Polls where that is allowed, acts on the events, and settles what to wait for. Throws nothing: an exception thrown meanwhile ends this
    /// connection.
    /// </summary>
    /// <returns>The number of bytes sent and received.</returns>
    public long Process(PollBudget budget)
    {
        long moved = 0;
        t_polled++;
        try
        {
            if (MayPoll)
            {
                do
                {
                    _exchange.OnSending();
                    _pump!.Poll(budget);
                    moved += _pump.BytesMoved;
                    Advance();
                }
                while (_exchange.Output == HeadOutput.Due && MayPoll);
            }

            Host.Settle();
        }
        catch (Exception error)
        {
            Break(error);
        }
        finally
        {
            t_polled--;
        }

        return moved;
    }

    /// <summary>Processes the connection without the synchronization context of the calling thread, to which TLS would switch.</summary>
    public void ProcessWithoutContext()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is null)
        {
            Process(default);
            return;
        }

        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Process(default);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Goes on after the consumer took bytes. The body may have ended, or there may be room to receive again.</summary>
    public void AfterConsume()
    {
        if (State >= LifeState.Closing)
        {
            return;
        }

        t_polled++;
        try
        {
            Advance();
            if (_exchange.Output != HeadOutput.Sent || (_exchange.HasBody && Host.ConsumerReceives))
            {
                Host.Kick();
            }
            else
            {
                Host.Settle();
            }
        }
        catch (Exception error)
        {
            Break(error); // the error may be of the next exchange, not of the reader here
        }
        finally
        {
            t_polled--;
        }
    }

    /// <summary>Drops bytes of an unwanted body.</summary>
    public void ConsumeDrained(long count)
    {
        _exchange.Consume(count);
        Dispatch();
    }

    /// <summary>Handles the deadlines that have passed.</summary>
    public void CheckTime(Instant now)
    {
        try
        {
            if (Deadline <= now && Deadline != Instant.Never)
            {
                OnDeadline(now);
            }
            else if (State == LifeState.Idle && _idle.IsOver(now) && Origin.TryTakeIdle(this))
            {
                BeginClosing();
            }
        }
        catch (Exception error)
        {
            Break(error);
        }
    }

    /// <summary>Takes events until there are none, and acts on them.</summary>
    private void Advance()
    {
        if (_exchange.Stage == ExchangeStage.Evaluating)
        {
            return;
        }

        if (State == LifeState.Dialing && _pump!.IsReusable)
        {
            BeginFirst();
        }

        if (_exchange.Stage == ExchangeStage.AwaitingSettings)
        {
            _exchange.OnSettings();
        }

        do
        {
            Dispatch();
            Drain.DrainReceived();
            if (_exchange.Stage == ExchangeStage.HeadReceived)
            {
                _exchange.DeliverHead();
                Dispatch(); // the end of the response, if the body was copied out
            }

            while (_exchange.Stage == ExchangeStage.Done && State < LifeState.Closing && Recycle())
            {
            }
        }
        while (_exchange.Stage == ExchangeStage.HeadReceived);

        if (State == LifeState.Idle)
        {
            if (!IsPlace)
            {
                _metrics.OnIdle(_pump!);
            }

            if (!_pump!.IsReusable)
            {
                Origin.TryTakeIdle(this);
                BeginClosing();
            }
        }

        Wire.OnProgress();
        _exchange.OnProgress();
    }

    private void Dispatch()
    {
        while (State < LifeState.Closing && _exchange.Stage != ExchangeStage.Evaluating)
        {
            ConnectionEvent e = _pump!.NextEvent();
            switch (e.Kind)
            {
                case EventKind.None:
                    return;
                case EventKind.ResponseHead:
                    if (!_exchange.OnHead())
                    {
                        return; // further events wait for the evaluation
                    }

                    break;
                case EventKind.BodyData:
                    Wire.OnResponseBody(); // all others see it in OnProgress
                    break;
                case EventKind.Informational:
                    _exchange.OnInformational();
                    break;
                case EventKind.EndOfResponse:
                    _exchange.OnEndOfResponse();
                    break;
                case EventKind.FinalHeadBeforeBodyEnd:
                    _exchange.OnEarlyResponse();
                    break;
                case EventKind.BodyReleased when e.Exchange == OnWire.Id:
                    _exchange.OnReleased();
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
}
