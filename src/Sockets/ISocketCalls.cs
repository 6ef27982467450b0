using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// Defines the system calls on one socket: native on Linux, portable elsewhere. Implementations have no state and never throw for a network
/// error: the failure is returned by reference.
/// </summary>
internal interface ISocketCalls
{
    /// <summary>Begins to connect. The result is open (Unix sockets), opening, or failed.</summary>
    TransportStatus Connect(Socket socket, EndPoint endPoint, ref TransportFailure failure);

    /// <summary>Checks, without waiting, whether a connect has ended and how.</summary>
    TransportStatus PollConnect(Socket socket, ref TransportFailure failure);

    /// <summary>Determines whether a socket is connected to itself, which TCP allows between equal ports of one host.</summary>
    bool IsSelfConnected(Socket socket);

    /// <summary>Returns the local address of an open socket, or null if unknown.</summary>
    /// <param name="socket">An open socket.</param>
    /// <param name="remote">The address of the peer, which has the same type.</param>
    EndPoint? GetLocalEndPoint(Socket socket, EndPoint remote);

    /// <summary>Reads once.</summary>
    IoResult Receive(Socket socket, Span<byte> buffer, ref TransportFailure failure);

    /// <summary>Writes as much as fits.</summary>
    IoResult Send(Socket socket, in ReadOnlySequence<byte> data, ref TransportFailure failure);
}
