namespace PollHttp.Streams;

/// <summary>Represents a stream that can only be read, from its beginning to its end.</summary>
internal abstract class ReadOnlyStream : ForwardStream
{
    public sealed override bool CanWrite => false;

    public sealed override void Flush()
    {
        // Nothing to flush.
    }

    public sealed override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

    public sealed override void WriteByte(byte value) => throw new NotSupportedException();

    public sealed override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public sealed override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public sealed override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        throw new NotSupportedException();

    public sealed override void EndWrite(IAsyncResult asyncResult) => throw new NotSupportedException();
}
