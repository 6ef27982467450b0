using System.Buffers;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>One byte a read, and every second call would block: the slowest network there is.</summary>
internal sealed class TrickleTransport(ITransport inner) : ITransport, ISocketHandleSource
{
    private bool _turn;

    public Socket? Socket => ((ISocketHandleSource)inner).Socket;

    public TransportFailure Failure => inner.Failure;

    public object? Owner { get; set; }

    public TransportStatus Poll() => inner.Poll();

    public IoResult TryRead(Memory<byte> buffer) =>
        (_turn = !_turn) ? inner.TryRead(buffer[..1]) : IoResult.WouldBlock;

    public IoResult TryWrite(ReadOnlySequence<byte> data) =>
        (_turn = !_turn) ? inner.TryWrite(data.Slice(0, Math.Min(data.Length, 100))) : IoResult.WouldBlock;

    public void ShutdownSend() => inner.ShutdownSend();

    public TransportInterest GetInterest(TransportInterest wanted) => inner.GetInterest(wanted);

    public void Dispose() => inner.Dispose();
}
