using PollHttp.Exchanges;
using PollHttp.Policies;

namespace PollHttp.Connections;

// Ends out of order: faults, deadlines, cancellation from outside, and exceptions thrown meanwhile.
internal sealed partial class ConnectionExchange
{
    /// <summary>Gets the fault of the connection as it applies to this exchange.</summary>
    public Fault Classify(in Fault fault) =>
        _mayBeStale && RetryRules.IsEndWithoutResponse(fault)
            ? fault with { Retryable = true } // Core knows the responses it received, not the time before the first request
            : fault;

    /// <summary>Handles the failure of the connection. The call that waits for the head fails, or is sent again elsewhere.</summary>
    /// <returns>False if no call waits for the head.</returns>
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
            connection.SendOnNewConnection(call, fault.RequestBytesSent, RetryRules.CauseOf(fault));
        }
        else
        {
            call.Fail(FaultMapping.ToRequestException(call, fault, RetryRules.WouldRetry(call, fault) || RetryRules.WouldFallBack(call, fault)));
        }

        Call = null;
        return true;
    }

    /// <summary>Handles the failure of the connection for the body.</summary>
    /// <returns>True while received bytes are left to read.</returns>
    public bool FailBody(in Fault fault)
    {
        if (_body is { } body && body.OnFault(fault))
        {
            return true;
        }

        _body = null;
        return false;
    }

    /// <summary>Handles the close of the connection before the exchange has ended.</summary>
    /// <returns>False if no call waits for a head.</returns>
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

    /// <summary>Handles the deadline of the call that waits for the head, or of the body.</summary>
    /// <returns>False if the connection goes on.</returns>
    public bool OnDeadline(ConnectPhase phase)
    {
        if (_body is { IsReadWhole: false })
        {
            OnLateContent();
            return false;
        }

        if (Stage == ExchangeStage.Done && _upload is { IsRunning: true } upload)
        {
            SetDeadline(upload);
            return Deadline <= connection.Now; // unless the peer has taken more of the content meanwhile
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

    /// <summary>Cancels the content of a blocking call that has its response and is held up by the content.</summary>
    public void CancelContent() => _upload?.CancelCall();

    /// <summary>Fails the call and the body that are left.</summary>
    public void Fail(Exception error)
    {
        FailCall(error);
        FailBody(error);
    }

    /// <summary>Fails the call that waits for a head.</summary>
    /// <returns>False if no call waits for a head.</returns>
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

    /// <summary>Cancels the body that the call itself reads to its end, if there is one.</summary>
    public bool CancelWhole()
    {
        if (_body is not { IsReadWhole: true })
        {
            return false;
        }

        FailBody(new TaskCanceledException());
        return true;
    }

    /// <summary>Handles the failure of the content. The connection cannot be used further.</summary>
    public void OnContentFailed(Exchange call, Exception error)
    {
        error = FaultMapping.OfContent(call, error);
        call.Fail(error);
        TryAbandon(call);
        FailBody(error);
    }

    /// <summary>Abandons a content that is not written after all. There is nothing more to send.</summary>
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

    /// <summary>Abandons a call that was canceled before its head came. Does nothing for any other call.</summary>
    public bool TryAbandon(Exchange call)
    {
        if (!ReferenceEquals(Call, call))
        {
            return false;
        }

        Call = null;
        return true;
    }

    /// <summary>Abandons a body that is not read to its end. Does nothing for any other body.</summary>
    public bool TryAbandon(ConnectionBody body) => ReferenceEquals(_body, body) && TakeBody() is not null;

    /// <summary>Leaves a body whose reader left before its end, so that the rest can be drained. Does nothing for any other body.</summary>
    public bool TryLeave(ConnectionBody body)
    {
        if (!ReferenceEquals(_body, body))
        {
            return false;
        }

        _body = null;
        return true;
    }

    /// <summary>Takes the call after a 101, or a 2xx to CONNECT. The connection leaves HTTP.</summary>
    /// <returns>The call that can use the connection, or null.</returns>
    public Exchange? TakeSwitched()
    {
        MoveTo(ExchangeStage.Body);
        if (Call is not { Message: not null } call)
        {
            return null;
        }

        Call = null;
        connection.Wire.End(isWhole: true); // what follows is not HTTP
        return call;
    }

    /// <summary>Handles the close of the connection.</summary>
    public void OnConnectionClosed()
    {
        System.Diagnostics.Debug.Assert(_body is null, "The reader of a body would not learn of the close.");
        _upload?.Stop();
        _upload = null;
        connection.Wire.End(isWhole: Stage == ExchangeStage.Done);
    }

    /// <summary>
    /// Handles the deadline of a blocking call whose response came in time while its thread still writes the content. The response is
    /// returned without the rest of the content.
    /// </summary>
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
