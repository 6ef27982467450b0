using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Tests.Loop;

/// <summary>Another network, which sees how many threads wait in its pollers at once, and how long they mean to sleep.</summary>
internal sealed class SoleLeader(INetwork network) : INetwork
{
    private int _inside;
    private int _most;
    private long _lastWait;

    /// <summary>Gets the most threads that were in one poller at a time.</summary>
    public int MostAtOnce => Volatile.Read(ref _most);

    /// <summary>Gets the longest time the thread that is asleep now means to sleep.</summary>
    public TimeSpan LastWait => new(Volatile.Read(ref _lastWait));

    public IResolver Resolver => network.Resolver;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => network.Dial(endPoint);

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) => network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => new Poller(this, network.CreatePoller());

    private sealed class Poller(SoleLeader owner, IPoller inner) : IPoller
    {
        public void Set(ITransport transport, TransportInterest interest) => inner.Set(transport, interest);

        public int Wait(TimeSpan timeout, IList<ITransport> ready)
        {
            Enter();
            Volatile.Write(ref owner._lastWait, timeout.Ticks);
            int count = inner.Wait(timeout, ready);
            Leave();
            return count;
        }

        public void Wake() => inner.Wake();

        public void Dispose() => inner.Dispose();

        private void Enter()
        {
            int inside = Interlocked.Increment(ref owner._inside);
            if (inside > owner._most)
            {
                owner._most = inside;
            }
        }

        private void Leave() => Interlocked.Decrement(ref owner._inside);
    }
}
