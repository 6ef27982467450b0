using System.Net;
using System.Net.Sockets;

namespace PollHttp.Core;

/// <summary>
/// Looks up which address of the origin a SOCKS proxy is told, where it is told addresses: the first that the filter allows, which
/// checks them as if they were dialled here. A SOCKS 4 proxy is told an IPv4 address, where there is one.
/// </summary>
internal sealed class OriginLookup(INetwork network, PollConnectionOptions options, ConnectionTarget target, IPoller? waker)
{
    private readonly ILookup _lookup = network.Resolver.Begin(target.Host, waker);
    private readonly List<ConnectAttempt> _refused = [];

    /// <summary>Gets the address, once <see cref="Poll"/> has returned true; null when there is none to tell.</summary>
    public IPAddress? Address { get; private set; }

    /// <summary>Gets the addresses that the filter refused. Without <see cref="Address"/>: all of them; none when the lookup brought
    /// none.</summary>
    public IReadOnlyList<ConnectAttempt> Refused => _refused;

    /// <summary>Why the lookup failed, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>False while the answer is awaited. To be asked no more once it has returned true.</summary>
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

    /// <summary>Gives it up.</summary>
    public void Close() => _lookup.Dispose();

    private bool IsBetter(IPAddress address, IPAddress than) =>
        target.Proxy!.Scheme == ProxyScheme.Socks4
        && than.AddressFamily != AddressFamily.InterNetwork
        && address.AddressFamily == AddressFamily.InterNetwork;
}
