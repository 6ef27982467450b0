using System.Net;
using System.Net.Sockets;

namespace PollHttp.Core;

/// <summary>
/// Looks up the address of the origin for a SOCKS proxy that needs an address, and takes the first one that the filter allows. The filter
/// checks the addresses as if they were dialed here. For SOCKS 4 the address must be an IPv4 address.
/// </summary>
internal sealed class OriginLookup(INetwork network, PollConnectionOptions options, ConnectionTarget target, IPoller? waker)
{
    private readonly ILookup _lookup = network.Resolver.Begin(target.Host, waker);
    private readonly List<ConnectAttempt> _refused = [];

    /// <summary>Gets the address, once <see cref="Poll"/> has returned true; null when there is none.</summary>
    public IPAddress? Address { get; private set; }

    /// <summary>
    /// Gets the addresses that the filter refused. If <see cref="Address"/> is null, these are all addresses of the lookup.
    /// </summary>
    public IReadOnlyList<ConnectAttempt> Refused => _refused;

    /// <summary>Gets the error of the lookup, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Returns false while the answer is pending. Must not be called again after it has returned true.</summary>
    public bool Poll()
    {
        if (!_lookup.IsCompleted)
        {
            return false;
        }

        foreach (IPAddress address in _lookup.Addresses)
        {
            IPEndPoint endPoint = new(address, target.Port);
            if (!options.Allows(target.Host, endPoint, out Exception? cause))
            {
                _refused.Add(new(endPoint, new(TransportError.Forbidden, cause)));
            }
            else if (Address is null || IsBetter(address, Address))
            {
                Address = address;
            }
        }

        Failure = _lookup.Failure;
        Close();
        return true;
    }

    /// <summary>Cancels the lookup.</summary>
    public void Close() => _lookup.Dispose();

    private bool IsBetter(IPAddress address, IPAddress than) =>
        target.Proxy!.Scheme == ProxyScheme.Socks4
        && than.AddressFamily != AddressFamily.InterNetwork
        && address.AddressFamily == AddressFamily.InterNetwork;
}
