using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Tests.Exchanges;

/// <summary>Another network, which has no handle for a poller as long as that is asked of it.</summary>
internal sealed class PollerShortage(INetwork network) : INetwork
{
    public volatile bool IsShort;

    public IResolver Resolver => network.Resolver;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => network.Dial(endPoint);

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) => network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => IsShort ? throw new IOException("Too many open files") : network.CreatePoller();
}
