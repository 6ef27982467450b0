using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// Makes socket calls directly through the C library: a connect without internal exceptions (saves 41 µs and 1,216 B), reads and writes
/// that allocate nothing, and one <c>sendmsg</c> for many segments.
/// </summary>
internal sealed unsafe class LinuxSocketCalls : ISocketCalls
{
    /// <summary>
    /// The maximum number of segments in one <c>sendmsg</c>; a head and its body need 2–4. The rest is sent with the next call.
    /// </summary>
    private const int MaxVectors = 16;

    /// <summary>sizeof(struct sockaddr_storage): larger than any address.</summary>
    private const int MaxAddress = 128;

    private const int SolSocket = 1;
    private const int SoError = 4;

    internal static LinuxSocketCalls Instance { get; } = new();

    public TransportStatus Connect(Socket socket, EndPoint endPoint, ref TransportFailure failure)
    {
        SocketAddress address = endPoint.Serialize();
        fixed (byte* start = address.Buffer.Span)
        {
            if (Libc.Connect(socket.SafeHandle, start, (uint)address.Size) == 0)
            {
                return TransportStatus.Open;
            }
        }
        int errno = Marshal.GetLastPInvokeError();
        if (errno is Errno.InProgress or Errno.Interrupted) // interrupted: continues in the background, like in progress
        {
            return TransportStatus.Opening;
        }
        failure = Errno.ToFailure(errno);
        return TransportStatus.Failed;
    }

    public TransportStatus PollConnect(Socket socket, ref TransportFailure failure)
    {
        var entry = new Libc.PollEntry { Handle = HandleOf(socket), Events = Libc.PollOut };
        if (Libc.Poll(&entry, 1, 0) <= 0 || entry.Returned == 0)
        {
            return TransportStatus.Opening;
        }
        int errno = 0;
        uint length = sizeof(int);
        if (Libc.GetOption(socket.SafeHandle, SolSocket, SoError, &errno, &length) != 0)
        {
            errno = Marshal.GetLastPInvokeError();
        }
        if (errno == 0)
        {
            return TransportStatus.Open;
        }
        failure = Errno.ToFailure(errno);
        return TransportStatus.Failed;
    }

    public EndPoint? GetLocalEndPoint(Socket socket, EndPoint remote)
    {
        // Socket itself does not know, since the connect bypassed it.
        SocketAddress address = new(remote.AddressFamily, MaxAddress);
        uint length = MaxAddress;
        fixed (byte* start = address.Buffer.Span)
        {
            if (Libc.GetLocalName(socket.SafeHandle, start, &length) != 0)
            {
                return null;
            }
        }
        address.Size = (int)length;
        return remote.Create(address);
    }

    public bool IsSelfConnected(Socket socket)
    {
        byte* local = stackalloc byte[MaxAddress];
        byte* peer = stackalloc byte[MaxAddress];
        uint localLength = MaxAddress;
        uint peerLength = MaxAddress;
        return Libc.GetLocalName(socket.SafeHandle, local, &localLength) == 0
            && Libc.GetPeerName(socket.SafeHandle, peer, &peerLength) == 0
            && new ReadOnlySpan<byte>(local, (int)localLength).SequenceEqual(new(peer, (int)peerLength));
    }

    public IoResult Receive(Socket socket, Span<byte> buffer, ref TransportFailure failure)
    {
        int handle = HandleOf(socket);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Receive(handle, start, (nuint)buffer.Length, Libc.DontWait);
                if (count >= 0)
                {
                    return count == 0 ? IoResult.End : IoResult.Done((int)count);
                }
                if (!IsToBeMadeAgain(Marshal.GetLastPInvokeError(), out IoResult result, ref failure))
                {
                    return result;
                }
            }
        }
    }

    public IoResult Send(Socket socket, in ReadOnlySequence<byte> data, ref TransportFailure failure) =>
        data.IsSingleSegment ? SendOne(socket, data.FirstSpan, ref failure) : SendMany(socket, data, ref failure);

    private static IoResult SendOne(Socket socket, ReadOnlySpan<byte> data, ref TransportFailure failure)
    {
        int handle = HandleOf(socket);
        fixed (byte* start = data)
        {
            while (true)
            {
                nint count = Libc.Send(handle, start, (nuint)data.Length, Libc.NoSignalDontWait);
                if (count >= 0)
                {
                    return IoResult.Done((int)count);
                }
                if (!IsToBeMadeAgain(Marshal.GetLastPInvokeError(), out IoResult result, ref failure))
                {
                    return result;
                }
            }
        }
    }

    private static IoResult SendMany(Socket socket, in ReadOnlySequence<byte> data, ref TransportFailure failure)
    {
        Libc.Vector* vectors = stackalloc Libc.Vector[MaxVectors];
        Pins pins = default;
        int used = 0;
        try
        {
            foreach (ReadOnlyMemory<byte> segment in data)
            {
                if (segment.IsEmpty)
                {
                    continue;
                }
                MemoryHandle pin = segment.Pin();
                pins[used] = pin;
                vectors[used++] = new() { Start = (byte*)pin.Pointer, Length = (nuint)segment.Length };
                if (used == MaxVectors)
                {
                    break;
                }
            }
            var message = new Libc.MessageHeader { Vectors = vectors, VectorCount = (nuint)used };
            while (true)
            {
                nint count = Libc.SendMessage(HandleOf(socket), &message, Libc.NoSignalDontWait);
                if (count >= 0)
                {
                    return IoResult.Done((int)count);
                }
                if (!IsToBeMadeAgain(Marshal.GetLastPInvokeError(), out IoResult result, ref failure))
                {
                    return result;
                }
            }
        }
        finally
        {
            for (int i = 0; i < used; i++)
            {
                pins[i].Dispose();
            }
        }
    }

    /// <summary>
    /// Returns the raw handle: counting references to a SafeHandle takes four interlocked operations per request. This is safe because a
    /// transport is used and disposed by one thread at a time, and refuses to read and write once disposed.
    /// </summary>
    private static int HandleOf(Socket socket) => (int)socket.SafeHandle.DangerousGetHandle();

    /// <summary>Determines whether a call was interrupted by a signal and must be repeated; otherwise returns its result.</summary>
    internal static bool IsToBeMadeAgain(int errno, out IoResult result, ref TransportFailure failure)
    {
        result = IoResult.WouldBlock;
        if (errno == Errno.Interrupted)
        {
            return true;
        }
        if (errno != Errno.Again)
        {
            result = IoResult.Failed;
            failure = Errno.ToFailure(errno);
        }
        return false;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxVectors)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
