using System.Net;
using System.Net.Security;

namespace PollHttp.Swarm;

/// <summary>The simulated network with the agenda in it: what is due on other threads happens while pollers wait.</summary>
internal sealed class SwarmNetwork(INetwork inner, SimulatedRun run) : INetwork
{
    public IResolver Resolver => inner.Resolver;

    public TimeProvider TimeProvider => inner.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => inner.Dial(endPoint);

    public ITransport WrapTls(ITransport transport, SslClientAuthenticationOptions options, IPoller? waker) => inner.WrapTls(transport, options, waker);

    public IPoller CreatePoller() => new Poller(run, inner.CreatePoller());

    private sealed class Poller(SimulatedRun run, IPoller inner) : IPoller
    {
        public void Set(ITransport transport, TransportInterest interest) => inner.Set(transport, interest);

        public int Wait(TimeSpan timeout, IList<ITransport> ready) => timeout == TimeSpan.Zero
            ? inner.Wait(timeout, ready)
            : run.BeforeSleep() ? 0 : inner.Wait(run.Shorten(timeout), ready);

        public void Wake() => inner.Wake();

        public void Dispose() => inner.Dispose();
    }
}
