using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// The system calls of one connected socket: native on Linux, portable elsewhere. Nothing here throws for what the
/// network did or keeps state: the failure goes out by reference.
/// </summary>
internal interface ISocketCalls
{
    /// <summary>Begins to connect: open at once (Unix sockets), opening, or failed.</summary>
    TransportStatus Connect(Socket socket, EndPoint endPoint, ref TransportFailure failure);

    /// <summary>Looks, without waiting, whether a connect has ended and how.</summary>
    TransportStatus PollConnect(Socket socket, ref TransportFailure failure);

    /// <summary>True when a socket is connected to itself, which TCP allows between equal ports of one host.</summary>
    bool IsSelfConnected(Socket socket);

    /// <summary>Returns the address of this end of an open socket, or null where it can't be told.</summary>
    /// <param name="socket">Open.</param>
    /// <param name="remote">The address of the other end, which is of the same kind.</param>
    EndPoint? GetLocalEndPoint(Socket socket, EndPoint remote);

    /// <summary>Reads once.</summary>
    IoResult Receive(Socket socket, Span<byte> buffer, ref TransportFailure failure);

    /// <summary>Writes what fits.</summary>
    IoResult Send(Socket socket, in ReadOnlySequence<byte> data, ref TransportFailure failure);
}
