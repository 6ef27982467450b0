using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>
/// Provides connections: it resolves names to addresses, connects to addresses, and creates pollers to wait on. It is the only interface
/// between HTTP and the outside world; real sockets and the simulated network both implement it.
/// </summary>
/// <remarks>No member blocks. Network failures are values, never exceptions.</remarks>
public interface INetwork
{
    /// <summary>Gets the resolver of names.</summary>
    IResolver Resolver { get; }

    /// <summary>Gets the clock of this network. A simulated network advances it; a real network uses the system's.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>Begins a connection to one address. The transport starts as <see cref="TransportStatus.Opening"/>.</summary>
    ITransport Dial(EndPoint endPoint);

    /// <summary>
    /// Layers TLS over an open transport. The result starts as <see cref="TransportStatus.Opening"/> and owns <paramref name="inner"/>.
    /// </summary>
    /// <param name="inner">An open transport.</param>
    /// <param name="options">The protocols to offer and the certificates to trust; not changed by the network.</param>
    /// <param name="waker">The poller to wake when work on another thread has finished, or null if nothing waits.</param>
    ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker);

    /// <summary>
    /// Announces that <see cref="WrapTls"/> will follow once a connection is open, so that what TLS needs can be loaded meanwhile. Does nothing
    /// unless the network implements it.
    /// </summary>
    void PrepareTls()
    {
    }

    /// <summary>Creates a poller, which waits until a transport is ready.</summary>
    IPoller CreatePoller();
}
