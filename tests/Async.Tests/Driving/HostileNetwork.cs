using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Tests;

/// <summary>Another network, whose pollers are as unhelpful as the contract allows: they return early with nothing, hold back what is ready, and
/// report the rest in any order.</summary>
internal sealed class HostileNetwork(INetwork network, int seed) : INetwork
{
    public IResolver Resolver => network.Resolver;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => network.Dial(endPoint);

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) => network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => new Poller(network.CreatePoller(), new Random(seed));

    private sealed class Poller(IPoller inner, Random random) : IPoller
    {
        private readonly List<ITransport> _ready = [];

        public void Set(ITransport transport, TransportInterest interest) => inner.Set(transport, interest);

        public int Wait(TimeSpan timeout, IList<ITransport> ready)
        {
            if (random.Next(4) == 0)
            {
                return 0; // as if it had been woken
            }

            _ready.Clear();
            inner.Wait(timeout, _ready);
            int count = 0;
            while (_ready.Count > 0)
            {
                int index = random.Next(_ready.Count);
                if (random.Next(3) > 0)
                {
                    ready.Add(_ready[index]);
                    count++;
                }

                _ready.RemoveAt(index); // held back: it is still ready the next time
            }

            return count;
        }

        public void Wake() => inner.Wake();

        public void Dispose() => inner.Dispose();
    }
}
