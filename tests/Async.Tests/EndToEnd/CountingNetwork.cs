using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Another network, with its waits counted: a driver that spins shows.</summary>
internal sealed class CountingNetwork(INetwork network) : INetwork
{
    public int Waits { get; private set; }

    public IResolver Resolver => network.Resolver;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => network.Dial(endPoint);

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) => network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => new CountingPoller(this, network.CreatePoller());

    private sealed class CountingPoller(CountingNetwork owner, IPoller inner) : IPoller
    {
        public void Set(ITransport transport, TransportInterest interest) => inner.Set(transport, interest);

        public int Wait(TimeSpan timeout, IList<ITransport> ready)
        {
            owner.Waits++;
            return inner.Wait(timeout, ready);
        }

        public void Wake() => inner.Wake();

        public void Dispose() => inner.Dispose();
    }
}
