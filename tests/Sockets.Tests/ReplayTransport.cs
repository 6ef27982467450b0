using System.Buffers;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>A peer that sends the same bytes whatever it is told, and ends.</summary>
internal sealed class ReplayTransport(ReadOnlyMemory<byte> bytes) : ITransport
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public TransportFailure Failure => default;

    public object? Owner { get; set; }

    public TransportStatus Poll() => TransportStatus.Open;

    public IoResult TryRead(Memory<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count == 0 ? IoResult.End : IoResult.Done(count);
    }

    public IoResult TryWrite(ReadOnlySequence<byte> data) => IoResult.Done((int)data.Length);

    public void ShutdownSend()
    {
    }

    public TransportInterest GetInterest(TransportInterest wanted) => TransportInterest.Immediate;

    public void Dispose()
    {
    }
}
