namespace PollHttp.Streams;

/// <summary>
/// Presents a tunnel as the stream that users of HttpClient (for example ClientWebSocket) get from a 101: the bytes received after the head
/// come first, writes are sent directly, and disposing closes it.
/// </summary>
internal sealed class TunnelStream(TunnelKeeper tunnel) : DuplexStream
{
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanWrite => !_disposed;

    public override int Read(Span<byte> buffer)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            int count = Wait(ReadAsync(copy.AsMemory(0, buffer.Length)));
            copy.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return tunnel.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return tunnel.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            tunnel.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Wait(ValueTask<int> read) =>
        read.IsCompletedSuccessfully ? read.Result : read.AsTask().GetAwaiter().GetResult();
}
