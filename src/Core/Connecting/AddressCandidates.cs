using System.Net;
using System.Net.Sockets;

namespace PollHttp.Core;

/// <summary>
/// Holds the addresses of a name in the order to try them (RFC 8305 §4): the families alternate, each in the resolver's order, beginning
/// with the family of the first address.
/// </summary>
internal sealed class AddressCandidates
{
    /// <summary>The number of addresses that are kept, more than any reasonable name has. The rest of an answer is ignored.</summary>
    internal const int Capacity = 64;

    private readonly Queue<EndPoint> _v6 = new();
    private readonly Queue<EndPoint> _others = new();
    private int _added;
    private bool _prefersV6;

    public bool HasNext => _v6.Count + _others.Count > 0;

    public bool HasIPv6 => _v6.Count > 0;

    public void Add(EndPoint endPoint)
    {
        bool isV6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        if (_added++ == 0)
        {
            _prefersV6 = isV6;
        }

        if (_added <= Capacity)
        {
            (isV6 ? _v6 : _others).Enqueue(endPoint);
        }
    }

    /// <summary>Begins with IPv6, even if an IPv4 address arrived first.</summary>
    public void PreferIPv6() => _prefersV6 = true;

    public EndPoint TakeNext()
    {
        bool takesV6 = _v6.Count > 0 && (_prefersV6 || _others.Count == 0);
        _prefersV6 = !takesV6;
        return (takesV6 ? _v6 : _others).Dequeue();
    }
}
