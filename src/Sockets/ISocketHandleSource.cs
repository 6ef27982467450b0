using System.Net.Sockets;

namespace PollHttp.Sockets;

/// <summary>A transport that, itself or through its inner transport, stands on a socket a poller can wait on.</summary>
internal interface ISocketHandleSource
{
    /// <summary>Gets the socket, or null when there is none (opening failed, or the innermost transport is not a socket).</summary>
    Socket? Socket { get; }
}
