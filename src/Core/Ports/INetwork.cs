using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>
/// Where connections come from: names to addresses, addresses to transports, and something to wait on.
/// The one seam between HTTP and the outside world; real sockets and the simulated network implement it alike.
/// </summary>
/// <remarks>No member blocks. Failures of the network are values, never exceptions.</remarks>
public interface INetwork
{
    /// <summary>Looks up names.</summary>
    IResolver Resolver { get; }

    /// <summary>Gets the clock this network runs on; a simulated network advances it, a real one follows the system's.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>Begins a connection to one address. The transport starts as <see cref="TransportStatus.Opening"/>.</summary>
    ITransport Dial(EndPoint endPoint);

    /// <summary>
    /// Layers TLS over an open transport. The result starts as <see cref="TransportStatus.Opening"/> and owns
    /// <paramref name="inner"/> from now on.
    /// </summary>
    /// <param name="inner">An open transport.</param>
    /// <param name="options">What to offer and whom to trust; not changed by the network.</param>
    /// <param name="waker">Told when something finished off the polling thread, or null when nothing waits.</param>
    ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker);

    /// <summary>Makes something to sleep in until a transport is ready.</summary>
    IPoller CreatePoller();
}
