using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Maps socket errors to the classes that callers treat differently.</summary>
internal static class SocketFailure
{
    internal static TransportFailure From(SocketError code) => From(new SocketException((int)code));

    internal static TransportFailure From(SocketException exception) =>
        new(Classify(exception.SocketErrorCode), exception);

    /// <summary>
    /// Determines whether the end of the received data can still be read after a failed write. That is so for a broken pipe: the system
    /// reports it if the peer's end arrived before its reset, and for writes after this side's own end.
    /// </summary>
    internal static bool IsAfterEnd(in TransportFailure failure) => failure.Cause is SocketException { SocketErrorCode: SocketError.Shutdown };

    internal static TransportError Classify(SocketError code) => code switch
    {
        SocketError.ConnectionRefused => TransportError.Refused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown
            or SocketError.AddressNotAvailable or SocketError.AccessDenied
            or SocketError.AddressFamilyNotSupported => TransportError.Unreachable,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NetworkReset
            or SocketError.Shutdown => TransportError.Reset,
        SocketError.TimedOut => TransportError.TimedOut,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
            or SocketError.AddressAlreadyInUse => TransportError.ResourceExhausted,
        _ => TransportError.Other,
    };
}
