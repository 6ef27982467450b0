using PollHttp.Responses;

namespace PollHttp;

/// <summary>Describes the connection of a response. It is shared by the responses of one connection, and outlives it.</summary>
public sealed record ConnectionInfo
{
    internal ConnectionInfo(PollLoop loop, ConnectTimes times)
    {
        Loop = loop;
        Times = times;
    }

    /// <summary>Gets or sets the address of the direct peer: the server's, or with a proxy the proxy's; null if unknown.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>
    /// Gets or sets the result of the TLS handshake, or null without TLS. Its certificate is valid while the connection is open.
    /// </summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>Gets or sets a value indicating whether the connection was used for an earlier request.</summary>
    public bool IsReused { get; init; }

    /// <summary>Gets the loop that drives the connection. It is here so that a response needs no field for it.</summary>
    internal PollLoop Loop { get; }

    /// <summary>Gets when the phases of connecting ended.</summary>
    internal ConnectTimes Times { get; }
}
