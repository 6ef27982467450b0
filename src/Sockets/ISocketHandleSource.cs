using System.Net.Sockets;

namespace PollHttp.Sockets;

/// <summary>Represents a transport that is based, directly or through inner transports, on a socket that a poller can wait on.</summary>
internal interface ISocketHandleSource
{
    /// <summary>Gets the socket, or null if there is none (opening failed, or the innermost transport is not a socket).</summary>
    Socket? Socket { get; }
}
