using System.Net.Security;
using PollHttp.Loop;

namespace PollHttp.Streams;

/// <summary>
/// The network of one connection that user code has a hand in: ConnectCallback dials in place of the sockets (the origin, or the
/// proxy, by name), PlaintextStreamFilter puts itself between TLS and HTTP. What lies between is done as on any other connection.
/// </summary>
/// <param name="loop">Whose network serves for the rest.</param>
/// <param name="policy">Where code goes on that waits for the connection below the filter.</param>
/// <param name="connector">The callbacks.</param>
/// <param name="request">The request that starts the connection; it need not be the one that uses it.</param>
/// <param name="connection">Whose network it is.</param>
internal sealed class StreamNetwork(
    PollLoop loop, ContinuationPolicy policy, StreamConnector connector, HttpRequestMessage request, ILoopWork connection) : INetwork
{
    // No poller knows when a stream is ready: whoever may wait for one is told each time.
    private volatile ILoopWork[] _waiting = [connection];

    public IResolver Resolver => loop.Network.Resolver;

    public TimeProvider TimeProvider => loop.Network.TimeProvider;

    /// <summary>Returns the target with what the callbacks change about it.</summary>
    public ConnectionTarget Over(ConnectionTarget target) => target with
    {
        EndPoint = connector.Dials ? NameOf(target.Proxy?.Host ?? target.Host, target.Proxy?.Port ?? target.Port) : target.EndPoint,
        Layer = connector.Filters ? Filter : null,
    };

    public ITransport Dial(EndPoint endPoint) => connector.Dials
        ? new StreamTransport(token => connector.DialAsync((DnsEndPoint)endPoint, request, token), Wake)
        : loop.Network.Dial(endPoint);

    /// <summary>Returns a callback that gave a stream with TLS has seen to it (P-064).</summary>
    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) =>
        inner is StreamTransport { IsSecure: true } ? inner : loop.Network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => loop.Network.CreatePoller();

    /// <summary>Somebody else reads and writes what this network made. Loop thread.</summary>
    public void AlsoWake(ILoopWork waiting) => _waiting = [.. _waiting, waiting];

    /// <summary>As the platform's handler tells it: IPv6 literals in brackets.</summary>
    private static DnsEndPoint NameOf(string host, int port) => new(HostPort.Bracket(host), port);

    private StreamTransport Filter(ITransport plain)
    {
        Tunnel below = new(plain, default, loop, policy);
        AlsoWake(below);
        TunnelStream stream = new(below);
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
