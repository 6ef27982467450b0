using PollHttp.Faults;
using PollHttp.Streams;

namespace PollHttp.Handler;

/// <summary>
/// Presents an accepted extended CONNECT (RFC 8441) as a stream: reads the body of the response, writes the content of the request, and ends
/// both when disposed. The connection stays.
/// </summary>
internal sealed class ExchangeTunnelStream(Response response, HttpResponseMessage message, TunnelContent content) : DuplexStream
{
    private readonly ResponseContentStream _reading = new(response, message);
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanWrite => !_disposed;

    public override int Read(Span<byte> buffer) => _reading.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reading.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // The memory is in use until it is sent, so a canceled write resets the stream.
            using (cancellationToken.UnsafeRegister(static response => ((Response)response!).ResetTunnel(new IOException("The stream was reset, because a write to it was canceled.")), response))
            {
                await content.WriteAsync(buffer, cancellationToken).ConfigureAwait(false); // continues in place: see UploadWait
            }
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);
            throw response.LiveBody?.Failure is { } failure
                ? PlatformErrors.Of(failure)
                : new HttpIOException(HttpRequestError.ResponseEnded, "The stream was closed.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _reading.Dispose(); // and so the response, with both sides
        }

        base.Dispose(disposing);
    }
}
