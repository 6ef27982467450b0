using PollHttp.Exchanges;
using PollHttp.Streams;

namespace PollHttp.Connections;

// Extended CONNECT (RFC 8441): a tunnel through one stream of a shared connection. The content of the request is what is written to it, and
// the body of the response is what is read from it.
internal sealed partial class ConnectionExchange
{
    /// <summary>Gets a value indicating whether our side of a tunnel is open.</summary>
    public bool IsTunnelOpen => _upload is { IsTunnel: true, IsRunning: true };

    /// <summary>Gets a value indicating whether the head of the response accepts the tunnel that the call asks for.</summary>
    private bool IsTunnelAccepted => OnWire.ResponseHead.StatusCode < 300;

    /// <summary>Goes on with an extended CONNECT once the settings of the server have come, or the connection has ended without them.</summary>
    public void OnSettings()
    {
        if (Call is not { } call || connection.Place is { IsOver: false, ExtendedConnect: ExtendedConnectSupport.Unknown })
        {
            return;
        }

        if (call.IsFinished)
        {
            LeaveUnsent();
        }
        else if (connection.Place is { IsOver: true } place)
        {
            if (place.Fault.Exists)
            {
                connection.OnFaultOfAll();
            }
            else
            {
                ContinueElsewhere(call); // the connection has ended in order, as one that is too old
            }
        }
        else if (MayBeginExtended(call))
        {
            Send(call);
        }
    }

    /// <summary>Determines whether the server takes an extended CONNECT. Waits for its settings, or fails the call.</summary>
    private bool MayBeginExtended(Exchange call)
    {
        switch (connection.Place?.ExtendedConnect ?? ExtendedConnectSupport.NotSupported)
        {
            case ExtendedConnectSupport.Supported:
                return true;
            case ExtendedConnectSupport.Unknown:
                connection.Place!.AwaitSettings(connection.Now);
                MoveTo(ExchangeStage.AwaitingSettings);
                Output = HeadOutput.Due; // the preface
                return false;
            default:
                call.Fail(FaultMapping.OfRefusedTunnel(call));
                LeaveUnsent();
                return false;
        }
    }

    /// <summary>Delivers the response that accepts a tunnel. Its stream reads the body and writes the content.</summary>
    private void DeliverTunnel(Exchange call, ResponseHead head)
    {
        Deadline = Instant.Never;
        connection.Wire.End(isWhole: true); // what follows is not HTTP
        ConnectionBody body = new(connection, _id, call);
        Response response = new(call.Uri, head, body, decode: null, connection.Describe()) { TunnelContent = (TunnelContent)call.Content! };
        AttachTimes(call, response);
        if (!call.Succeed(response))
        {
            connection.BeginClosing();
        }
        else if (_hasEnded)
        {
            body.OnEnd(CopyTrailers()); // its end came with the head, and is not reported again
        }
        else
        {
            _body = body;
        }
    }

    /// <summary>Ends our side of a tunnel that the server refuses. The response is an ordinary one.</summary>
    private void EndTunnelIfRefused()
    {
        if (!IsTunnelAccepted)
        {
            _upload!.Stop();
            if (OnWire.SendState == SendState.Body)
            {
                Http.FinishBody(_id);
            }
        }
    }
}
