namespace PollHttp.Core;

// Turns events of the connection into statuses.
public sealed partial class PollClient
{
    /// <summary>Turns all events into statuses; returns true if the connection was given more to send.</summary>
    private bool Drain()
    {
        bool moved = false;
        while (_connection is { } connection)
        {
            FollowPhase();
            ConnectionEvent next = connection.NextEvent();
            if (next.Kind == EventKind.None)
            {
                FollowPhase();
                if (!_upload.Pump(HasResponse))
                {
                    break;
                }

                moved = true;
                continue;
            }

            Handle(next.Kind, connection);
        }

        // An upload that continues after the response keeps the exchange, and the status, until its last byte is sent.
        if (HasEnded && Status is PollStatus.Requesting or PollStatus.Body && _connection!.Http.OpenExchanges == 0)
        {
            EndResponse();
        }

        return moved;
    }

    private void Handle(EventKind kind, PollConnection connection)
    {
        switch (kind)
        {
            case EventKind.ResponseHead:
                OnHead(connection.Http);
                break;
            case EventKind.FinalHeadBeforeBodyEnd:
                OnHead(connection.Http);
                OnEarlyHead(connection.Http);
                break;
            case EventKind.BodyReleased:
                _upload.OnReleased();
                break;
            case EventKind.EndOfResponse:
                MoveTo(_stage == RequestStage.BodyShown ? RequestStage.EndedShown : RequestStage.Ended);
                break;
            case EventKind.Upgraded:
                OnHead(connection.Http);
                MoveTo(RequestStage.Switched);
                _upload = default;
                MoveTo(PollStatus.Connected);
                break;
            case EventKind.Faulted:
                OnFault(connection.Fault);
                break;
            case EventKind.Closed when !HasEnded && Status != PollStatus.Connected:
                OnFault(connection.Fault);
                break;
            case EventKind.Closed:
                // Connected: LeaveIdle handles it. An upload that was to continue after the response can't.
                _upload = default;
                break;
            default:
                break;
        }
    }

    private bool HasEnded => _stage is RequestStage.Ended or RequestStage.EndedShown;

    private void FollowPhase()
    {
        if (Status == PollStatus.Resolving && _connection!.Phase is not (ConnectPhase.None or ConnectPhase.Resolve or ConnectPhase.Closed))
        {
            MoveTo(PollStatus.Connecting);
        }

        if (Status == PollStatus.Connecting && _connection!.Phase == ConnectPhase.Http)
        {
            MoveTo(PollStatus.Connected);
        }
    }

    private void OnHead(HttpConnection http)
    {
        if (_head is not null)
        {
            return;
        }

        _head = new HttpExchange(http, _exchange).ResponseHead;
        if (_head.Framing.Kind is not (BodyFramingKind.None or BodyFramingKind.Tunnel))
        {
            MoveTo(PollStatus.Body);
        }
    }

    // After a refusal, or if the server is about to close, the rest will not be read.
    private void OnEarlyHead(HttpConnection http)
    {
        if (_head!.StatusCode >= 300 || (http.CloseReasons & CloseReasons.ServerAsked) != 0)
        {
            _upload.Abandon();
        }
    }

    private void EndResponse()
    {
        // If a body ended in the same Poll that brought its head, it was empty: the status goes on to Connected, as without a body.
        bool isShown = _stage == RequestStage.EndedShown;
        MoveTo(RequestStage.None);
        if (Status == PollStatus.Requesting || _connection!.IsReusable || !isShown)
        {
            MoveTo(PollStatus.Connected);
            return;
        }

        MoveTo(PollStatus.Disconnected);
        ReleaseConnection();
    }

    private void OnFault(Fault fault)
    {
        if (PollStatusTable.IsFailure(Status) || Status == PollStatus.Disconnected)
        {
            return;
        }

        if (!fault.Exists)
        {
            fault = PollFaults.OfUnknown(_connection!);
        }

        _upload = default;
        PollStatus status = PollFaults.Classify(Status, fault);
        if (Status == PollStatus.Resolving && status != PollStatus.CantResolve)
        {
            MoveTo(PollStatus.Connecting);
        }

        Fail(status, fault);
        ReleaseConnection();
    }

    /// <summary>Handles the end of an idle connection: in order, or by a failure.</summary>
    private void LeaveIdle()
    {
        if (PollFaults.OfIdle(_connection!) is { Exists: true } fault)
        {
            Fail(PollStatus.ConnectionError, fault);
        }
        else
        {
            MoveTo(PollStatus.Disconnected);
        }

        ReleaseConnection();
    }
}
