using System.Net.Sockets;

namespace PollHttp.Streams;

/// <summary>
/// Implements a transport over a stream, which can't be polled: it reads ahead, writes copies, and notifies its owner when an operation is
/// done. For the streams of ConnectCallback and PlaintextStreamFilter.
/// </summary>
/// <remarks>Thread safety: members are called under the lock of the connection; completions of the stream arrive on any thread.</remarks>
internal sealed class StreamTransport : ITransport
{
    private const int BufferSize = 32 * 1024;

    private readonly object _lock = new();
    private readonly Action _onReady;
    private readonly CancellationTokenSource _stop = new();
    private Stream? _stream;
    private byte[] _readBuffer = [];
    private int _readStart;
    private int _readEnd;
    private bool _reading;
    private bool _writing;
    private bool _ended;
    private bool _disposed;
    private TransportFailure _failure;

    /// <param name="open">Opens the stream; its exceptions become the transport's failure.</param>
    /// <param name="onReady">Called from any thread when it is worth polling again.</param>
    public StreamTransport(Func<CancellationToken, Task<Stream>> open, Action onReady)
    {
        _onReady = onReady;
        _ = OpenAsync(open);
    }

    public TransportFailure Failure
    {
        get
        {
            lock (_lock)
            {
                return _failure;
            }
        }
    }

    public object? Owner { get; set; }

    /// <summary>Gets a value indicating whether the stream uses TLS, once it is open.</summary>
    public bool IsSecure
    {
        get
        {
            lock (_lock)
            {
                return _stream is System.Net.Security.SslStream;
            }
        }
    }

    /// <summary>
    /// Gets a value indicating whether the stream has really ended. While a write is pending, an end may turn out to be a reset that the
    /// write is about to report.
    /// </summary>
    private bool HasCleanEnd => _ended && !_writing;

    public TransportStatus Poll()
    {
        lock (_lock)
        {
            return _failure.Error != TransportError.None ? TransportStatus.Failed
                : _stream is null ? TransportStatus.Opening
                : TransportStatus.Open;
        }
    }

    public IoResult TryRead(Memory<byte> buffer)
    {
        lock (_lock)
        {
            int count = Math.Min(buffer.Length, _readEnd - _readStart);
            if (count > 0)
            {
                _readBuffer.AsSpan(_readStart, count).CopyTo(buffer.Span);
                _readStart += count;
                return IoResult.Done(count);
            }

            if (_failure.Error != TransportError.None)
            {
                return IoResult.Failed;
            }

            if (_ended)
            {
                return HasCleanEnd ? IoResult.End : IoResult.WouldBlock;
            }

            if (!_reading)
            {
                _reading = true;
                _ = ReadAheadAsync();
            }

            return IoResult.WouldBlock;
        }
    }

    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        lock (_lock)
        {
            if (_failure.Error != TransportError.None)
            {
                return IoResult.Failed;
            }

            if (_writing)
            {
                return IoResult.WouldBlock;
            }

            int count = (int)Math.Min(data.Length, BufferSize);
            byte[] copy = ArrayPool<byte>.Shared.Rent(count);
            data.Slice(0, count).CopyTo(copy);
            _writing = true;
            _ = WriteAsync(copy, count);
            return IoResult.Done(count);
        }
    }

    // A stream can't be half-closed.
    public void ShutdownSend()
    {
    }

    public TransportInterest GetInterest(TransportInterest wanted)
    {
        lock (_lock)
        {
            bool readable = _readEnd > _readStart || HasCleanEnd || (!_reading && !_ended) || _failure.Error != TransportError.None;
            bool ready = ((wanted & TransportInterest.Read) != 0 && readable) || ((wanted & TransportInterest.Write) != 0 && !_writing);
            return _stream is not null && ready ? TransportInterest.Immediate : TransportInterest.None;
        }
    }

    public void Dispose()
    {
        Stream? stream;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            stream = _stream;
        }

        _ = _stop.CancelAsync(); // callbacks are user code: not on the reactor
        if (stream is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.Dispose(), stream, preferLocal: false);
        }
    }

    private async Task OpenAsync(Func<CancellationToken, Task<Stream>> open)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // user code: not on the reactor
        bool dispose = false;
        Stream? stream = null;
        try
        {
            stream = await open(_stop.Token).ConfigureAwait(false);
            lock (_lock)
            {
                _stream = stream;
                dispose = _disposed;
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }

        if (dispose && stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        _onReady();
    }

    private async Task ReadAheadAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            byte[] buffer = _readBuffer.Length == 0 ? new byte[BufferSize] : _readBuffer;
            int count = await _stream!.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
            lock (_lock)
            {
                _readBuffer = buffer;
                _readStart = 0;
                _readEnd = count;
                _ended = count == 0;
                _reading = false;
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }

        _onReady();
    }

    private async Task WriteAsync(byte[] copy, int count)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _stream!.WriteAsync(copy.AsMemory(0, count), _stop.Token).ConfigureAwait(false);
            await _stream.FlushAsync(_stop.Token).ConfigureAwait(false);
            lock (_lock)
            {
                _writing = false;
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }

        ArrayPool<byte>.Shared.Return(copy);
        _onReady();
    }

    private void Fail(Exception error)
    {
        lock (_lock)
        {
            _reading = false;
            _failure = new(
                error switch
                {
                    System.Security.Authentication.AuthenticationException => TransportError.TlsHandshake,
                    SocketException { SocketErrorCode: SocketError.ConnectionRefused } => TransportError.Refused,
                    IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } } => TransportError.Reset,
                    _ => TransportError.Other,
                },
                error);
        }
    }
}
