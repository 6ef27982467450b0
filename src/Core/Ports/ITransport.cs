using System.Buffers;
using System.Net;

namespace PollHttp.Core;

/// <summary>Represents a two-way stream of bytes that never blocks: a socket, TLS over a socket, a Unix socket, a simulation.</summary>
/// <remarks>
/// Owned by one driver at a time. No member throws for a network error: see <see cref="Failure"/>. Thread safety: not safe for use from two
/// threads at once.
/// </remarks>
public interface ITransport : IDisposable
{
    /// <summary>Advances the opening (connect, handshake) as far as possible without blocking, and returns the status.</summary>
    TransportStatus Poll();

    /// <summary>Reads available bytes. <see cref="IoStatus.Done"/> always carries at least one byte.</summary>
    IoResult TryRead(Memory<byte> buffer);

    /// <summary>Writes as much as fits, gathering all segments into as few system calls as it can.</summary>
    IoResult TryWrite(ReadOnlySequence<byte> data);

    /// <summary>Tells the peer that no more bytes will follow. Does nothing before the transport is open.</summary>
    void ShutdownSend();

    /// <summary>
    /// Returns the readiness of the underlying handle that <paramref name="wanted"/> needs; TLS may need to write in order to read. While
    /// opening, <paramref name="wanted"/> is ignored. <see cref="TransportInterest.Immediate"/> means: do not wait, bytes are available
    /// (already decrypted, for example). <see cref="TransportInterest.Later"/> means: try again after a moment.
    /// </summary>
    TransportInterest GetInterest(TransportInterest wanted);

    /// <summary>Gets the first failure, or the default value.</summary>
    TransportFailure Failure { get; }

    /// <summary>Gets the local address once the transport is open, or null if unknown.</summary>
    EndPoint? LocalEndPoint => null;

    /// <summary>Gets the address of the direct peer (with a proxy, the proxy's), or null if unknown.</summary>
    EndPoint? RemoteEndPoint => null;

    /// <summary>Gets the result of the outermost TLS handshake; null without TLS and before its end.</summary>
    TlsInfo? Tls => null;

    /// <summary>Gets or sets an object of the driver, by which it recognises the transport when a poller reports it.</summary>
    object? Owner { get; set; }
}
