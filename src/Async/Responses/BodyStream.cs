using PollHttp.Bodies;
using PollHttp.Streams;

namespace PollHttp.Responses;

/// <summary>
/// Implements a read-only stream over a body. A synchronous read on a loop's own thread drives the loop meanwhile. A canceled read ends the
/// body, as in HttpClient.
/// </summary>
internal sealed class BodyStream(ResponseBody body) : ReadOnlyStream
{
    private ReadWait? _wait;
    private Memory<byte> _buffer;
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override int Read(Span<byte> buffer)
    {
        int count;
        while (!TryRead(buffer, out count))
        {
            body.Source.Wait(0);
        }

        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (TryRead(buffer.Span, out int count))
        {
            return new(count);
        }

        _buffer = buffer;
        return (_wait ??= new(this)).Begin(0, cancellationToken);
    }

    /// <summary>Writes the slices themselves, without copying.</summary>
    public override void CopyTo(Stream destination, int bufferSize)
    {
        ValidateCopyToArguments(destination, bufferSize);
        while (true)
        {
            ReadOnlySequence<byte> data;
            while (!TryLook(out data))
            {
                body.Source.Wait(0);
            }

            if (data.IsEmpty)
            {
                return;
            }

            destination.Write(data.FirstSpan);
            body.Source.Advance(data.FirstSpan.Length);
        }
    }

    /// <inheritdoc cref="CopyTo(Stream, int)"/>
    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : CopyAsync(destination, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            body.Finish(byReader: false); // on any thread: a read or a copy may be in progress
        }

        base.Dispose(disposing);
    }

    private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadOnlySequence<byte> data;
            while (!TryLook(out data))
            {
                await ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false); // continues in place: see BodyWait
            }

            if (data.IsEmpty)
            {
                return;
            }

            ReadOnlyMemory<byte> slice = data.First;
            await destination.WriteAsync(slice, cancellationToken).ConfigureAwait(body.Source.Loop.KeepsContext);
            body.Source.Advance(slice.Length);
        }
    }

    private bool TryLook(out ReadOnlySequence<byte> data)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return body.Source.TryRead(0, out data, out _);
    }

    private bool TryRead(Span<byte> buffer, out int count)
    {
        count = 0;
        if (!TryLook(out ReadOnlySequence<byte> data))
        {
            return false;
        }

        // An empty buffer waits for data and reads none.
        data = data.Slice(0, Math.Min(buffer.Length, data.Length));
        data.CopyTo(buffer);
        count = (int)data.Length;
        body.Source.Advance(count);
        return true;
    }

    private ResponseBody Body => body;

    private bool TryEndRead(out int count)
    {
        if (!TryRead(_buffer.Span, out count))
        {
            return false;
        }

        _buffer = default;
        return true;
    }

    private void OnReadFailed(Exception error)
    {
        _buffer = default;
        if (error is OperationCanceledException)
        {
            body.Abort(error);
        }
    }

    private sealed class ReadWait(BodyStream stream) : BodyWait<int>(stream.Body.Source)
    {
        protected override bool TryRead(out int result) => stream.TryEndRead(out result);

        protected override void OnFailed(Exception error) => stream.OnReadFailed(error);
    }
}
