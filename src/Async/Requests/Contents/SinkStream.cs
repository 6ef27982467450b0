namespace PollHttp.Requests;

/// <summary>Wraps a sink as a write-only stream. Closing it sends nothing and closes nothing.</summary>
internal sealed class SinkStream(GatheringSink sink) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : sink.WriteAsync(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => sink.FlushAsync().AsTask();

    public override void Write(byte[] buffer, int offset, int count) => sink.Write(buffer.AsMemory(offset, count));

    /// <summary>Writes a copy of the span, piece by piece, since the span may be on the stack and a connection can't hold it.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, 64 * 1024));
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, copy.Length);
            buffer[..count].CopyTo(copy);
            sink.Write(copy.AsMemory(0, count));
            buffer = buffer[count..];
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    public override void Flush() => sink.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
