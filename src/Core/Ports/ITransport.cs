using System.Buffers;
using System.Net;

namespace PollHttp.Core;

/// <summary>
/// A two-way stream of bytes that never blocks: a socket, TLS over one, a Unix socket, a simulation.
/// </summary>
/// <remarks>
/// Owned by one driver at a time; not safe for use from two threads at once. No member throws for what the network did:
/// see <see cref="Failure"/>.
/// </remarks>
public interface ITransport : IDisposable
{
    /// <summary>Advances the opening (connect, handshake) as far as it goes without blocking, and says where it stands.</summary>
    TransportStatus Poll();

    /// <summary>Reads what is there. <see cref="IoStatus.Done"/> always carries at least one byte.</summary>
    IoResult TryRead(Memory<byte> buffer);

    /// <summary>Writes as much as fits, gathering all segments into as few system calls as it can.</summary>
    IoResult TryWrite(ReadOnlySequence<byte> data);

    /// <summary>Tells the peer that no more bytes will come. Does nothing before the transport is open.</summary>
    void ShutdownSend();

    /// <summary>
    /// What the underlying handle must become for <paramref name="wanted"/> to make progress; TLS may need to write in
    /// order to read. While opening, <paramref name="wanted"/> is ignored.
    /// <see cref="TransportInterest.Immediate"/>: do not wait, bytes are already there (decrypted, say).
    /// <see cref="TransportInterest.Later"/>: try again after a moment, whatever else was wanted.
    /// </summary>
    TransportInterest GetInterest(TransportInterest wanted);

    /// <summary>Gets the first failure, or the default value.</summary>
    TransportFailure Failure { get; }

    /// <summary>This end's address once it is open, or null where there is none to tell.</summary>
    EndPoint? LocalEndPoint => null;

    /// <summary>Gets the address this leads to at first hand (a proxy's, where there is one), or null where there is none to
    /// tell.</summary>
    EndPoint? RemoteEndPoint => null;

    /// <summary>What the outermost TLS handshake agreed on, once it has; null without TLS.</summary>
    TlsInfo? Tls => null;

    /// <summary>Gets or sets a place for the driver to find its own object again when a poller reports this transport.</summary>
    object? Owner { get; set; }
}
