using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PollHttp.Compare;

/// <summary>The system calls of the bare contestants. Linux on x86-64.</summary>
internal static unsafe partial class Epoll
{
    /// <summary>The size of struct epoll_event, which is packed on x86-64.</summary>
    public const int EventSize = 12;

    private const uint Readable = 1;
    private const int Add = 1;
    private const int NoSignal = 0x4000;

    public static void Require()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new ContestantException("needs Linux on x86-64");
        }
    }

    /// <summary>Connects without blocking afterwards.</summary>
    public static Socket Connect(Uri url)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Parse(url.Host), url.Port);
        socket.Blocking = false;
        return socket;
    }

    /// <summary>Watches a socket for something to read.</summary>
    /// <param name="epoll">The epoll instance.</param>
    /// <param name="handle">The socket.</param>
    /// <param name="number">What the event has in its data.</param>
    public static void Watch(int epoll, int handle, int number)
    {
        byte* change = stackalloc byte[EventSize];
        *(uint*)change = Readable;
        *(ulong*)(change + sizeof(uint)) = (ulong)number;
        _ = Control(epoll, Add, handle, change);
    }

    /// <summary>Gets the number of a socket that an event is for.</summary>
    public static int NumberOf(byte* events, int index) => (int)*(ulong*)(events + (index * EventSize) + sizeof(uint));

    public static void SendWhole(int handle, ReadOnlySpan<byte> data)
    {
        fixed (byte* first = data)
        {
            if (Send(handle, first, (nuint)data.Length, NoSignal) != data.Length)
            {
                throw new ContestantException("a request did not leave in one piece");
            }
        }
    }

    /// <summary>Receives what is there.</summary>
    /// <returns>The number of bytes; 0 at the end, −1 if there is nothing.</returns>
    public static int Receive(int handle, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            return (int)Receive(handle, first, (nuint)buffer.Length, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    public static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    public static partial int Wait(int epoll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static partial int Control(int epoll, int operation, int handle, byte* change);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(int socket, byte* buffer, nuint length, int flags);
}
