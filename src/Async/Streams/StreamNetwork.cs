using System.Net.Security;

namespace PollHttp;

/// <summary>The network of one connection whose stream somebody else makes: dialling is asking for that stream.</summary>
internal sealed class StreamNetwork(INetwork network, Func<CancellationToken, Task<Stream>> open, Action onReady) : INetwork
{
    public IResolver Resolver => network.Resolver;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => new StreamTransport(open, onReady);

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) =>
        network.WrapTls(inner, options, waker);

    public IPoller CreatePoller() => network.CreatePoller();
}
