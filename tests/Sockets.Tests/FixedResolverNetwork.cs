using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>The real network with names of our own.</summary>
internal sealed class FixedResolverNetwork(SocketNetwork network, params IPAddress[] addresses) : INetwork, IResolver
{
    public IResolver Resolver => this;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ILookup Begin(string host, IPoller? waker) => new Lookup(addresses);

    public ITransport Dial(EndPoint endPoint) => network.Dial(endPoint);

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) => network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => network.CreatePoller();

    private sealed class Lookup(IPAddress[] addresses) : ILookup
    {
        public bool IsCompleted => true;

        public IReadOnlyList<IPAddress> Addresses => addresses;

        public Exception? Failure => null;

        public void Dispose()
        {
        }
    }
}
