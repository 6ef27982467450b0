using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Says whether an address may be connected to. Asked for each address directly before it is dialled, with the very address that
/// is dialled, so that a name which changes its answer in between gains nothing; for proxies too, and for the address that
/// a SOCKS proxy is told. Called by whoever polls: must not block. An exception counts as no.
/// </summary>
/// <param name="host">The name that was looked up, or the literal: the origin's, or the proxy's.</param>
/// <param name="endPoint">The address and port about to be dialled.</param>
/// <returns>False to leave this address out.</returns>
/// <remarks><see cref="AddressScopes"/> sorts addresses into those of the Internet and those of the inside.</remarks>
public delegate bool ConnectFilter(string host, IPEndPoint endPoint);
