namespace PollHttp;

// The two ways in which a connection is not one of ours from end to end: its stream is made elsewhere, or it leaves HTTP.
internal sealed partial class PooledConnection
{
    private Exchange? _switched;
    private ResponseHead? _switchedHead;
    private StreamNetwork? _streams;

    private PollConnection NewPump(Exchange? initiator)
    {
        ConnectionTarget target = _origin.NextTarget(initiator);
        if (_loop.IsBackground && !_isPolledByCaller && target.ProxyAuthenticator is TunnelAuthenticator)
        {
            target = target with { ProxyAuthenticator = new TunnelAuthenticator(_origin.Key.ProxyCredentials, _loop.Poller) };
        }

        INetwork network = _isPolledByCaller ? _loop.CallerNetwork : _loop.Network;
        if (Settings.Connector is { } connector)
        {
            // Connections made in advance are the client's, which has no callbacks.
            _streams = new(_loop, connector, initiator!.Message!, this);
            target = _streams.Over(target);
            network = _streams;
        }

        return new(network, target, _origin.Pool.ConnectionOptionsFor(initiator ?? _exchange), _drive?.Waker ?? _loop.Poller);
    }

    /// <summary>A 101, or a 2xx to CONNECT: the transport leaves as soon as the poller has let go of it, which is the loop's to do.</summary>
    private void OnUpgraded()
    {
        _headReady = false;
        _closing = true;
        if (_exchange is { Message: not null } exchange)
        {
            _exchange = null;
            EndRecord(null, isWhole: true); // what comes now is not HTTP
            _switched = exchange;
            _switchedHead = Current.DetachResponseHead();
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
                _streams?.AlsoWake(tunnel);
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
