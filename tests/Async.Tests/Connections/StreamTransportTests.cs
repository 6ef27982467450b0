using System.Buffers;
using System.Net.Sockets;
using PollHttp.Core;
using PollHttp.Streams;
using Xunit;

namespace PollHttp.Tests;

/// <summary>A transport over a stream of the user's.</summary>
public sealed class StreamTransportTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly byte[] _buffer = new byte[100];

    [Fact]
    public async Task An_end_that_is_read_before_a_reset_is_written_is_a_failure()
    {
        using SlowStream stream = new();
        using SemaphoreSlim ready = new(0);
        using StreamTransport transport = await OpenAsync(stream, ready);
        await EndWhileWritingAsync(transport, stream, ready);

        stream.Written.SetException(new IOException("reset", new SocketException((int)SocketError.ConnectionReset)));
        Assert.True(await ready.WaitAsync(s_limit));
        Assert.Equal(IoResult.Failed, transport.TryRead(_buffer));
        Assert.Equal(TransportError.Reset, transport.Failure.Error);
    }

    [Fact]
    public async Task An_end_is_an_end_when_the_write_that_was_under_way_has_ended()
    {
        using SlowStream stream = new();
        using SemaphoreSlim ready = new(0);
        using StreamTransport transport = await OpenAsync(stream, ready);
        await EndWhileWritingAsync(transport, stream, ready);

        stream.Written.SetResult();
        Assert.True(await ready.WaitAsync(s_limit));
        Assert.Equal(TransportInterest.Immediate, transport.GetInterest(TransportInterest.Read));
        Assert.Equal(IoResult.End, transport.TryRead(_buffer));
    }

    private static async Task<StreamTransport> OpenAsync(Stream stream, SemaphoreSlim ready)
    {
        StreamTransport transport = new(_ => Task.FromResult(stream), () => ready.Release());
        Assert.True(await ready.WaitAsync(s_limit));
        Assert.Equal(TransportStatus.Open, transport.Poll());
        return transport;
    }

    private async Task EndWhileWritingAsync(StreamTransport transport, SlowStream stream, SemaphoreSlim ready)
    {
        Assert.Equal(IoResult.Done(5), transport.TryWrite(new ReadOnlySequence<byte>(new byte[5])));
        Assert.Equal(IoResult.WouldBlock, transport.TryRead(_buffer));
        stream.Received.SetResult(0);
        Assert.True(await ready.WaitAsync(s_limit));
        Assert.Equal(IoResult.WouldBlock, transport.TryRead(_buffer));
        Assert.Equal(TransportInterest.None, transport.GetInterest(TransportInterest.Read));
    }

    /// <summary>One whose operations end when the test says so.</summary>
    private sealed class SlowStream : MemoryStream
    {
        public TaskCompletionSource<int> Received { get; } = new();

        public TaskCompletionSource Written { get; } = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Received.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(Written.Task);
    }
}
