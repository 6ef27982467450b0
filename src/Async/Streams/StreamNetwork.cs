using System.Net.Security;
using PollHttp.Loop;

namespace PollHttp.Streams;

/// <summary>
/// Implements the network of one connection with user callbacks: ConnectCallback connects instead of the sockets (to the origin, or the
/// proxy, by name), PlaintextStreamFilter is placed between TLS and HTTP. Everything in between is done as on any other connection.
/// </summary>
/// <param name="loop">The loop whose network is used otherwise.</param>
/// <param name="policy">Decides where code that waits for the connection below the filter continues.</param>
/// <param name="connector">The callbacks.</param>
/// <param name="request">The request that starts the connection; it need not be the one that uses it.</param>
/// <param name="connection">The connection of this network.</param>
internal sealed class StreamNetwork(
    PollLoop loop, ContinuationPolicy policy, StreamConnector connector, HttpRequestMessage request, ILoopWork connection) : INetwork
{
    // No poller knows when a stream is ready, so all waiting connections are notified each time.
    private volatile ILoopWork[] _waiting = [connection];

    public IResolver Resolver => loop.Network.Resolver;

    public TimeProvider TimeProvider => loop.Network.TimeProvider;

    /// <summary>Returns the target with the changes that the callbacks need.</summary>
    public ConnectionTarget Over(ConnectionTarget target) => target with
    {
        EndPoint = connector.Dials ? NameOf(target.Proxy?.Host ?? target.Host, target.Proxy?.Port ?? target.Port) : target.EndPoint,
        Layer = connector.Filters ? Filter : null,
    };

    public ITransport Dial(EndPoint endPoint) => connector.Dials
        ? new StreamTransport(token => connector.DialAsync((DnsEndPoint)endPoint, request, token), Wake)
        : loop.Network.Dial(endPoint);

    /// <summary>Returns the transport unchanged if the callback already gave a stream with TLS.</summary>
    public void PrepareTls() => loop.Network.PrepareTls();

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) =>
        inner is StreamTransport { IsSecure: true } ? inner : loop.Network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => loop.Network.CreatePoller();

    /// <summary>Adds work that also reads and writes what this network made. Loop thread only.</summary>
    public void AlsoWake(ILoopWork waiting) => _waiting = [.. _waiting, waiting];

    /// <summary>Returns the end point as the platform's handler passes it: IPv6 literals in brackets.</summary>
    private static DnsEndPoint NameOf(string host, int port) => new(HostPort.Bracket(host), port);

    private StreamTransport Filter(ITransport plain)
    {
        Tunnel below = new(plain, default, loop, policy);
        AlsoWake(below);
        TunnelStream stream = new(new TunnelKeeper(below));
        return new(token => connector.FilterAsync(stream, request, token), Wake);
    }

    private void Wake()
    {
        foreach (ILoopWork waiting in _waiting)
        {
            loop.Submit(waiting);
        }
    }
}
