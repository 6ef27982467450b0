namespace PollHttp;

// The two ways in which a connection is not one of ours from end to end: its stream is made elsewhere, or it leaves HTTP.
internal sealed partial class PooledConnection
{
    private Exchange? _switched;
    private ResponseHead? _switchedHead;

    private PollConnection NewPump(Exchange? initiator)
    {
        if (Settings.Connector is not { } connector)
        {
            return new(_loop.Network, _origin.NextTarget(), _origin.Pool.ConnectionOptions, _loop.Poller);
        }

        HttpRequestMessage request = initiator!.Message!; // connections made in advance are the client's, which has no callbacks
        StreamNetwork network = new(
            _loop.Network, token => connector.ConnectAsync(_origin.Key, request, token), () => _loop.Submit(this));
        ConnectionTarget target = new()
        {
            Host = _origin.Key.Host,
            Port = _origin.Key.Port,
            EndPoint = new DnsEndPoint(_origin.Key.Host, _origin.Key.Port),
        };
        return new(network, target, _origin.Pool.ConnectionOptions, _loop.Poller);
    }

    /// <summary>A 101, or a 2xx to CONNECT: the transport leaves as soon as the poller has let go of it, which is the loop's to do.</summary>
    private void OnUpgraded()
    {
        _headReady = false;
        _closing = true;
        if (_exchange is { Message: not null } exchange)
        {
            _exchange = null;
            _switched = exchange;
            _switchedHead = Http.DetachResponseHead();
        }
        else
        {
            FailExchange(new PollHttpException(
                HttpRequestError.InvalidResponse, "The server switched protocols, which this call can't use.", null, default));
        }
    }

    private void HandOverTunnel()
    {
        if (_switched is { } exchange)
        {
            _switched = null;
            try
            {
                ConnectionInfo info = Info; // read before the transport has left
                ITransport transport = _pump!.Detach(out ReadOnlyMemory<byte> leftover);
                Tunnel tunnel = new(transport, leftover, _loop);
                if (!exchange.Succeed(new Response(exchange.Uri, _switchedHead!, tunnel, info)))
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
