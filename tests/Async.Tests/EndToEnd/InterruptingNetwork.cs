using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Another network, in which something happens at a given sleep, as if another thread had done it then.</summary>
internal sealed class InterruptingNetwork(INetwork network) : INetwork
{
    private int _sleeps;

    /// <summary>At which sleep, counted from 1, and what.</summary>
    public (int Sleep, Action Act) Interruption { get; set; } = (int.MaxValue, () => { });

    /// <summary>Whether it has happened.</summary>
    public bool HasInterrupted { get; private set; }

    public IResolver Resolver => network.Resolver;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => network.Dial(endPoint);

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) => network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => new Poller(this, network.CreatePoller());

    private bool Interrupt()
    {
        if (HasInterrupted || ++_sleeps < Interruption.Sleep)
        {
            return false;
        }

        HasInterrupted = true;
        Thread other = new(() => Interruption.Act());
        other.Start();
        other.Join();
        return true;
    }

    private sealed class Poller(InterruptingNetwork owner, IPoller inner) : IPoller
    {
        public void Set(ITransport transport, TransportInterest interest) => inner.Set(transport, interest);

        public int Wait(TimeSpan timeout, IList<ITransport> ready) =>
            timeout != TimeSpan.Zero && owner.Interrupt() ? 0 : inner.Wait(timeout, ready);

        public void Wake() => inner.Wake();

        public void Dispose() => inner.Dispose();
    }
}
