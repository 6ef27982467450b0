using System.Buffers;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>One byte a read, and every second read and every second write would block: the slowest network there is.</summary>
internal sealed class TrickleTransport(ITransport inner) : ITransport, ISocketHandleSource
{
    private bool _mayRead;
    private bool _mayWrite;

    public Socket? Socket => ((ISocketHandleSource)inner).Socket;

    public TransportFailure Failure => inner.Failure;

    public object? Owner { get; set; }

    public TransportStatus Poll() => inner.Poll();

    public IoResult TryRead(Memory<byte> buffer) =>
        (_mayRead = !_mayRead) ? inner.TryRead(buffer[..1]) : IoResult.WouldBlock;

    public IoResult TryWrite(ReadOnlySequence<byte> data) =>
        (_mayWrite = !_mayWrite) ? inner.TryWrite(data.Slice(0, Math.Min(data.Length, 100))) : IoResult.WouldBlock;

    public void ShutdownSend() => inner.ShutdownSend();

    public TransportInterest GetInterest(TransportInterest wanted) => inner.GetInterest(wanted);

    public void Dispose() => inner.Dispose();
}
