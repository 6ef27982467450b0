using System.Net.Sockets;
using System.Runtime.InteropServices;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Lists Linux error numbers and maps them to transport failures.</summary>
internal static class Errno
{
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int Again = 11;
    internal const int Exists = 17;
    internal const int InProgress = 115;

    /// <summary>Returns the failure for an error number; the exception has the system's message.</summary>
    internal static TransportFailure ToFailure(int errno)
    {
        SocketError code = ToSocketError(errno);
        TransportError error = errno switch
        {
            NoEntry => TransportError.Refused,
            Again => TransportError.ResourceExhausted, // connect to a Unix socket whose backlog is full
            _ => SocketFailure.Classify(code),
        };
        return new(error, new SocketException((int)code, Marshal.GetPInvokeErrorMessage(errno)));
    }

    private static SocketError ToSocketError(int errno) => errno switch
    {
        1 or 13 => SocketError.AccessDenied,
        NoEntry => SocketError.AddressNotAvailable,
        Again => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable,
        23 or 24 => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
