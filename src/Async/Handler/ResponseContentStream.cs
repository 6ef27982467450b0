using System.Runtime.InteropServices;
using PollHttp.Bodies;
using PollHttp.Faults;
using PollHttp.Streams;

namespace PollHttp.Handler;

/// <summary>Implements the body of a response as a stream like that of HttpClient: read-only, and returning 0 after its end.</summary>
internal sealed class ResponseContentStream : ReadOnlyStream
{
    private readonly Response _response;
    private readonly HttpResponseMessage _message;
    private readonly object _body; // a stream, or the bytes if the whole body is here
    private readonly int _end;
    private int _start;
    private bool _ended;
    private bool _disposed;

    public ResponseContentStream(Response response, HttpResponseMessage message)
    {
        _response = response;
        _message = message;
        if (response.TryTakeDetached(out ReadOnlyMemory<byte> whole))
        {
            ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(whole, out ArraySegment<byte> found) ? found : new(whole.ToArray());
            (_body, _start, _end) = (bytes.Array ?? [], bytes.Offset, bytes.Offset + bytes.Count);
        }
        else
        {
            _body = response.OpenBodyStream();
        }
    }

    public override bool CanRead => !_disposed;

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return Note(buffer.Length, _body is Stream body ? body.Read(buffer) : TakeFrom((byte[])_body, buffer));
        }
        catch (Exception error) when (PlatformErrors.IsOurs(error))
        {
            throw PlatformErrors.Of(error);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_disposed)
        {
            return ValueTask.FromException<int>(new ObjectDisposedException(GetType().FullName));
        }

        if (_body is not Stream body)
        {
            return cancellationToken.IsCancellationRequested
                ? ValueTask.FromCanceled<int>(cancellationToken)
                : new(Note(buffer.Length, TakeFrom((byte[])_body, buffer.Span)));
        }

        try
        {
            ValueTask<int> read = body.ReadAsync(buffer, cancellationToken);
            return read.IsCompletedSuccessfully ? new(Note(buffer.Length, read.Result)) : WaitAsync(buffer.Length, read);
        }
        catch (Exception error)
        {
            return ValueTask.FromException<int>(PlatformErrors.Of(error));
        }
    }

    private async ValueTask<int> WaitAsync(int wanted, ValueTask<int> read)
    {
        try
        {
            return Note(wanted, await read.ConfigureAwait(false)); // continues in place: see BodyWait
        }
        catch (Exception error) when (PlatformErrors.IsOurs(error))
        {
            throw PlatformErrors.Of(error);
        }
    }

    /// <summary>Reads from a body that is here whole.</summary>
    private int TakeFrom(byte[] body, Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _end - _start);
        body.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <summary>Handles the result of a read: the first empty read is the end, when the trailers are added.</summary>
    private int Note(int wanted, int count)
    {
        if (count == 0 && wanted > 0 && !_ended)
        {
            _ended = true;
            ResponseMapping.AddTrailers(_message, _response.Trailers);
        }

        return count;
    }

    public override void CopyTo(Stream destination, int bufferSize)
    {
        ValidateCopyToArguments(destination, bufferSize);
        base.CopyTo(destination, bufferSize);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            (_body as Stream)?.Dispose();
            _response.Dispose();
        }

        base.Dispose(disposing);
    }
}
