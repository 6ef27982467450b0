using System.Net;
using System.Net.Sockets;

namespace PollHttp.Testing;

/// <summary>Implements a name service with a few names, which answers after virtual time.</summary>
internal sealed class SimulatedResolver(SimulatedNetwork network) : IResolver
{
    private readonly Dictionary<string, HostEntry> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public ILookup Begin(string host, IPoller? waker)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        HostEntry entry = _hosts.TryGetValue(host, out HostEntry? known) ? known : Failing();
        var lookup = new SimulatedLookup(network, entry, waker);
        network.LookupOpened();
        if (entry.Answers)
        {
            network.Clock.Schedule(network.Clock.Now + network.LookupLatency.Ticks, lookup, 0);
        }

        network.Spend(network.Costs.Lookup);
        return lookup;
    }

    public void Set(string host, HostEntry entry) => _hosts[host] = entry;

    public IPAddress[] AddressesOf(string host) => _hosts.TryGetValue(host, out HostEntry? entry) ? entry.Addresses : [];

    public static HostEntry Failing() => new([], new SocketException((int)SocketError.HostNotFound), true);
}
