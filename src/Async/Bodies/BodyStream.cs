namespace PollHttp;

/// <summary>A body as a read-only stream. A synchronous read on a loop's own thread drives the loop meanwhile.</summary>
internal sealed class BodyStream(ResponseBody body) : Stream
{
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count;
        while (!TryRead(buffer, out count))
        {
            body.Source.Wait(0);
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return TryRead(buffer.Span, out int count) ? new(count) : WaitAsync(buffer, cancellationToken);
    }

    private async ValueTask<int> WaitAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            await body.Source.WaitAsync(0, cancellationToken).ConfigureAwait(false);
        }
        while (!TryRead(buffer.Span, out count));
        return count;
    }

    private bool TryRead(Span<byte> buffer, out int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        count = 0;
        if (!body.Source.TryRead(buffer.IsEmpty ? -1 : 0, out ReadOnlySequence<byte> data, out _))
        {
            return false;
        }

        data = data.Slice(0, Math.Min(buffer.Length, data.Length));
        data.CopyTo(buffer);
        count = (int)data.Length;
        body.Source.Advance(count);
        return true;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            body.Finish();
        }

        base.Dispose(disposing);
    }
}
