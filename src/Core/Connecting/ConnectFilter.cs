using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Decides whether an address may be connected to. Called for each address directly before it is dialled, with exactly the address that is
/// dialled, so that a name whose address changes in between can't evade the filter. Also called for proxies, and for the address that is
/// sent to a SOCKS proxy. Called on the thread that polls: must not block. An exception counts as false.
/// </summary>
/// <param name="host">The name that was looked up, or the literal address, of the origin or the proxy.</param>
/// <param name="endPoint">The address and port about to be dialled.</param>
/// <returns>False to skip this address.</returns>
/// <remarks><see cref="AddressScopes"/> tells addresses of the Internet from internal ones.</remarks>
public delegate bool ConnectFilter(string host, IPEndPoint endPoint);
