using System.Buffers;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>Keeps what is read through it, and how much each write was given.</summary>
internal sealed class RecordingTransport(ITransport inner) : ITransport, ISocketHandleSource
{
    public List<byte> Read { get; } = [];

    public List<long> Writes { get; } = [];

    public Socket? Socket => (inner as ISocketHandleSource)?.Socket;

    public TransportFailure Failure => inner.Failure;

    public object? Owner { get; set; }

    public TransportStatus Poll() => inner.Poll();

    public IoResult TryRead(Memory<byte> buffer)
    {
        IoResult result = inner.TryRead(buffer);
        Read.AddRange(buffer.Span[..result.Count]);
        return result;
    }

    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        Writes.Add(data.Length);
        return inner.TryWrite(data);
    }

    public void ShutdownSend() => inner.ShutdownSend();

    public TransportInterest GetInterest(TransportInterest wanted) => inner.GetInterest(wanted);

    public void Dispose() => inner.Dispose();
}
