using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Makes socket calls through <see cref="Socket"/> only, for systems without native ones.</summary>
internal sealed class PortableSocketCalls : ISocketCalls
{
    internal static PortableSocketCalls Instance { get; } = new();

    public TransportStatus Connect(Socket socket, EndPoint endPoint, ref TransportFailure failure)
    {
        try
        {
            socket.Connect(endPoint);
            return TransportStatus.Open;
        }
        catch (SocketException exception)
            when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress && endPoint is IPEndPoint)
        {
            return TransportStatus.Opening;
        }
        catch (SocketException exception)
        {
            failure = FromConnect(exception, endPoint);
            return TransportStatus.Failed;
        }
    }

    public TransportStatus PollConnect(Socket socket, ref TransportFailure failure)
    {
        try
        {
            if (!socket.Poll(0, SelectMode.SelectWrite) && !socket.Poll(0, SelectMode.SelectError))
            {
                return TransportStatus.Opening;
            }
            var code = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (code == SocketError.Success)
            {
                return TransportStatus.Open;
            }
            failure = SocketFailure.From(code);
        }
        catch (SocketException exception)
        {
            failure = SocketFailure.From(exception);
        }
        return TransportStatus.Failed;
    }

    public EndPoint? GetLocalEndPoint(Socket socket, EndPoint remote)
    {
        try
        {
            return socket.LocalEndPoint;
        }
        catch (SocketException)
        {
            return null; // disconnected in between
        }
    }

    public bool IsSelfConnected(Socket socket)
    {
        try
        {
            return socket.LocalEndPoint is IPEndPoint local && local.Equals(socket.RemoteEndPoint);
        }
        catch (SocketException)
        {
            return false; // already disconnected: the first read will report it
        }
    }

    public IoResult Receive(Socket socket, Span<byte> buffer, ref TransportFailure failure)
    {
        int count = socket.Receive(buffer, SocketFlags.None, out SocketError code);
        return code switch
        {
            SocketError.Success => count == 0 ? IoResult.End : IoResult.Done(count),
            SocketError.WouldBlock => IoResult.WouldBlock,
            _ => Fail(code, ref failure),
        };
    }

    public IoResult Send(Socket socket, in ReadOnlySequence<byte> data, ref TransportFailure failure)
    {
        int total = 0;
        foreach (ReadOnlyMemory<byte> segment in data)
        {
            if (segment.IsEmpty)
            {
                continue;
            }
            int count = socket.Send(segment.Span, SocketFlags.None, out SocketError code);
            if (code is not (SocketError.Success or SocketError.WouldBlock))
            {
                // Segments that were sent are reported first; the failure recurs with the next call.
                return total > 0 ? IoResult.Done(total) : Fail(code, ref failure);
            }
            total += code == SocketError.Success ? count : 0;
            if (code == SocketError.WouldBlock || count < segment.Length)
            {
                break;
            }
        }
        return total > 0 ? IoResult.Done(total) : IoResult.WouldBlock;
    }

    private static IoResult Fail(SocketError code, ref TransportFailure failure)
    {
        failure = SocketFailure.From(code);
        return IoResult.Failed;
    }

    private static TransportFailure FromConnect(SocketException exception, EndPoint endPoint) =>
        (endPoint, exception.SocketErrorCode) switch
        {
            // For a Unix socket: no such file, or the backlog is full.
            (UnixDomainSocketEndPoint, SocketError.AddressNotAvailable) => new(TransportError.Refused, exception),
            (UnixDomainSocketEndPoint, SocketError.WouldBlock) => new(TransportError.ResourceExhausted, exception),
            _ => SocketFailure.From(exception),
        };
}
