using PollHttp.Exchanges;
using PollHttp.Policies;

namespace PollHttp.Connections;

// The ends that are not in order: faults, deadlines, what is given up from outside, and what is thrown meanwhile.
internal sealed partial class ConnectionExchange
{
    /// <summary>What the connection failed with, as it is for this exchange.</summary>
    public Fault Classify(in Fault fault) =>
        _mayBeStale && RetryRules.IsEndWithoutResponse(fault)
            ? fault with { Retryable = true } // Core knows of responses it received, not of the time before the first request
            : fault;

    /// <summary>The connection failed: whoever waits for the head hears of it, or goes on elsewhere.</summary>
    /// <returns>False where nobody waits.</returns>
    public bool OnFault(in Fault fault)
    {
        if (Stage == ExchangeStage.HeadReceived)
        {
            DeliverHead();
        }

        _upload?.Stop();
        if (Call is not { } call)
        {
            return false;
        }

        bool fallsBack = RetryRules.MayFallBack(call, fault);
        if (fallsBack || RetryRules.MayRetry(call, fault))
        {
            if (connection.Wire.IsOpen)
            {
                connection.Wire.End(FaultMapping.ToRequestException(call, fault));
            }
        }

        if (fallsBack)
        {
            connection.SendInHttp11(call);
        }
        else if (RetryRules.MayRetry(call, fault))
        {
            connection.SendOnNewConnection(call, fault.RequestBytesSent, isRefused: fault is { Unprocessed: true, ErrorCode: not null });
        }
        else
        {
            call.Fail(FaultMapping.ToRequestException(call, fault, RetryRules.WouldRetry(call, fault)));
        }

        Call = null;
        return true;
    }

    /// <summary>The body broke off. True while received bytes are left to read.</summary>
    public bool FailBody(in Fault fault)
    {
        if (_body is { } body && body.OnFault(fault))
        {
            return true;
        }

        _body = null;
        return false;
    }

    /// <summary>The connection closed. False where nobody waits for a head.</summary>
    public bool OnClosed(in Fault fault)
    {
        if (Stage == ExchangeStage.HeadReceived)
        {
            DeliverHead();
            return true;
        }

        if (Call is not { } call)
        {
            return false;
        }

        Call = null;
        call.Fail(FaultMapping.ToRequestException(call, fault));
        return true;
    }

    /// <summary>The time is over: of whoever waits for the head, or for the body.</summary>
    /// <returns>False where nobody does: the connection goes on.</returns>
    public bool OnDeadline(ConnectPhase phase)
    {
        if (_body is { IsReadWhole: false })
        {
            OnLateContent();
            return false;
        }

        if (Call is { } call)
        {
            Call = null;
            call.FailTimedOut(phase);
        }

        if (TakeBody() is { } body)
        {
            body.FailTimedOut();
            connection.Wire.End(body.Error);
        }

        return true;
    }

    /// <summary>Gives up the content of a blocking call that has its response, and is held up by it.</summary>
    public void CancelContent() => _upload?.CancelCall();

    /// <summary>Ends what is left with an error.</summary>
    public void Fail(Exception error)
    {
        FailCall(error);
        FailBody(error);
    }

    /// <summary>False where nobody waits for a head.</summary>
    public bool FailCall(Exception error)
    {
        if (Call is not { } call)
        {
            return false;
        }

        Call = null;
        call.Fail(error);
        return true;
    }

    public void FailBody(Exception error)
    {
        if (TakeBody() is { } body)
        {
            connection.Wire.End(error);
            body.FailNow(error);
        }
    }

    /// <summary>Gives up the body that the call itself reads whole, if there is one.</summary>
    public bool CancelWhole()
    {
        if (_body is not { IsReadWhole: true })
        {
            return false;
        }

        FailBody(new TaskCanceledException());
        return true;
    }

    /// <summary>The content failed: nothing more can be done with the connection.</summary>
    public void OnContentFailed(Exchange call, Exception error)
    {
        error = FaultMapping.OfContent(call, error);
        call.Fail(error);
        TryAbandon(call);
        FailBody(error);
    }

    /// <summary>A content is not written after all: there is nothing more to send.</summary>
    public bool TryAbandon(Upload upload)
    {
        if (!ReferenceEquals(_upload, upload))
        {
            return false;
        }

        upload.Stop();
        AbandonUnsent();
        return true;
    }

    /// <summary>A call was canceled before its head came; any other is left alone.</summary>
    public bool TryAbandon(Exchange call)
    {
        if (!ReferenceEquals(Call, call))
        {
            return false;
        }

        Call = null;
        return true;
    }

    /// <summary>Nobody reads this body to its end; any other is left alone.</summary>
    public bool TryAbandon(ConnectionBody body) => ReferenceEquals(_body, body) && TakeBody() is not null;

    /// <summary>Whoever read this body left before its end: the rest can be drained. Any other is left alone.</summary>
    public bool TryLeave(ConnectionBody body)
    {
        if (!ReferenceEquals(_body, body))
        {
            return false;
        }

        _body = null;
        return true;
    }

    /// <summary>A 101, or a 2xx to CONNECT: the connection leaves HTTP.</summary>
    /// <returns>The call that can use it, or null.</returns>
    public Exchange? TakeSwitched()
    {
        MoveTo(ExchangeStage.Body);
        if (Call is not { Message: not null } call)
        {
            return null;
        }

        Call = null;
        connection.Wire.End(isWhole: true); // what comes now is not HTTP
        return call;
    }

    /// <summary>The connection is closed.</summary>
    public void OnConnectionClosed()
    {
        _upload?.Stop();
        _upload = null;
        connection.Wire.End(isWhole: Stage == ExchangeStage.Done);
    }

    /// <summary>The time of a call is over whose response came in time, while its thread still writes the content: the response is
    /// returned without the rest of that.</summary>
    private void OnLateContent()
    {
        Deadline = Instant.Never;
        if (_upload is { IsRunning: true } upload)
        {
            upload.Stop();
            AbandonUnsent();
        }
    }

    private ConnectionBody? TakeBody()
    {
        ConnectionBody? body = _body;
        _body = null;
        if (body is { IsLent: true })
        {
            connection.OnLent();
        }

        return body;
    }
}
