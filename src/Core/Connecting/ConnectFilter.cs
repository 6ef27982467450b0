using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Determines whether an address may be connected to. The filter is called for each address directly before it is dialed, with exactly the
/// address that is dialed. A name whose address changes in between can't evade it. It is also called for proxies, and for the address that
/// is sent to a SOCKS proxy. It runs on the thread that polls, and must not block. An exception counts as false.
/// </summary>
/// <param name="host">The name that was looked up, or the literal address, of the origin or the proxy.</param>
/// <param name="endPoint">The address and port about to be dialed.</param>
/// <returns>True to allow the address; false to pass over it.</returns>
/// <remarks>Use <see cref="AddressScopes"/> to distinguish addresses of the Internet from internal ones.</remarks>
public delegate bool ConnectFilter(string host, IPEndPoint endPoint);
