using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// TLS over another transport: <see cref="SslStream"/> over a stream that pends where the inner transport would block and
/// goes on inside the next call here. No thread is parked and, once open, no task is queued.
/// </summary>
/// <remarks>
/// <see cref="SslStream"/> keeps the memory of an operation that pends, so both directions go through buffers of our own:
/// a read fills one and is copied out; a write is copied in, reported as done, and flushed by whatever call comes next.
/// Neither buffer goes back to the pool while an operation holds it.
/// </remarks>
internal sealed class TlsTransport : ITransport, ISocketHandleSource
{
    /// <summary>The largest plaintext of one TLS record (RFC 8446 §5.1).</summary>
    private const int RecordSize = 16 * 1024;

    /// <summary>
    /// The most that <see cref="SslStream"/> encrypts before it writes, as two records in one write: half the system calls of an
    /// upload. It must not be given more, as it would still need the memory when a write pends.
    /// </summary>
    private const int LargestWrite = 32 * 1024;

    private readonly ITransport _inner;
    private readonly TlsInnerStream _stream;
    private readonly SslStream _ssl;
    private readonly TlsHandshake _handshake;
    private readonly bool _hasWaker;
    private TransportStatus _status = TransportStatus.Opening;
    private TransportFailure _failure;
    private TlsInfo? _info;
    private byte[]? _readBuffer;
    private int _readStart;
    private int _readEnd;
    private ValueTask<int> _readTask;
    private bool _isReading;
    private IoStatus _readOutcome = IoStatus.WouldBlock; // the final one, once there is one
    private byte[]? _writeBuffer;
    private ValueTask _writeTask;
    private bool _isWriting;
    private bool _wantsShutdown;
    private bool _disposed;

    internal TlsTransport(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker, bool handshakeOnPool = false)
    {
        _inner = inner;
        _hasWaker = waker is not null;
        Action? wake = waker is null ? null : waker.Wake;
        _handshake = new(options, wake, handshakeOnPool && waker is not null);
        _stream = new(inner, wake);
        _ssl = new(_stream, leaveInnerStreamOpen: true);
    }

    public Socket? Socket => (_inner as ISocketHandleSource)?.Socket;

    public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public TlsInfo? Tls => _info;

    public TransportFailure Failure => _failure;

    public object? Owner { get; set; }

    public TransportStatus Poll()
    {
        if (_disposed || _status == TransportStatus.Failed)
        {
            return _status;
        }
        if (_status == TransportStatus.Open)
        {
            using var step = new PollingStep(_stream);
            Flush();
            return _status;
        }
        switch (_inner.Poll())
        {
            case TransportStatus.Opening:
                return TransportStatus.Opening;
            case TransportStatus.Failed when !_handshake.IsStarted:
                FailAll(_inner.Failure);
                return _status;
        }
        using (var step = new PollingStep(_stream))
        {
            if (_handshake.Step(_ssl, _stream))
            {
                TransportFailure failure = _handshake.GetFailure(_inner, _stream);
                _status = TransportStatus.Open;
                if (failure.Error != TransportError.None)
                {
                    FailAll(failure);
                }
                else
                {
                    _info = Describe(_ssl);
                }
            }
        }
        return _status;
    }

    public IoResult TryRead(Memory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least one byte.", nameof(buffer));
        }
        if (_status == TransportStatus.Opening && Poll() == TransportStatus.Opening)
        {
            return IoResult.WouldBlock;
        }
        if (_readStart == _readEnd && _readOutcome == IoStatus.WouldBlock)
        {
            using var step = new PollingStep(_stream);
            Fill();
        }
        if (_readStart < _readEnd)
        {
            int count = Math.Min(buffer.Length, _readEnd - _readStart);
            _readBuffer.AsMemory(_readStart, count).CopyTo(buffer);
            _readStart += count;
            return IoResult.Done(count);
        }
        return new(_readOutcome, 0);
    }

    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_status == TransportStatus.Opening && Poll() == TransportStatus.Opening)
        {
            return IoResult.WouldBlock;
        }
        using var step = new PollingStep(_stream);
        Flush();
        int total = 0;
        while (_status == TransportStatus.Open && !_isWriting && total < data.Length)
        {
            ReadOnlySequence<byte> rest = data.Slice(total);
            int count = (int)Math.Min(rest.Length, LargestWrite);
            RentWriteBuffer(count);
            rest.Slice(0, count).CopyTo(_writeBuffer);
            _writeTask = _ssl.WriteAsync(_writeBuffer.AsMemory(0, count));
            _isWriting = true;
            FinishWrite();
            if (_status == TransportStatus.Open)
            {
                total += count;
            }
        }
        if (total > 0 || (data.IsEmpty && _status == TransportStatus.Open))
        {
            return IoResult.Done(total);
        }
        return _status == TransportStatus.Failed ? IoResult.Failed : IoResult.WouldBlock;
    }

    /// <summary>While no write pends. Small requests are the rule, and the buffer stays with the connection.</summary>
    private void RentWriteBuffer(int count)
    {
        if (_writeBuffer is not null && _writeBuffer.Length < count)
        {
            ArrayPool<byte>.Shared.Return(_writeBuffer);
            _writeBuffer = null;
        }

        _writeBuffer ??= ArrayPool<byte>.Shared.Rent(Math.Max(count, RecordSize));
    }

    public void ShutdownSend()
    {
        if (_status != TransportStatus.Open || _disposed)
        {
            return;
        }
        _wantsShutdown = true;
        using var step = new PollingStep(_stream);
        Flush();
    }

    public TransportInterest GetInterest(TransportInterest wanted)
    {
        if (_status == TransportStatus.Failed)
        {
            bool mayWaitToRead = wanted == TransportInterest.Read && _isReading && _stream.IsReadPending;
            return mayWaitToRead ? _inner.GetInterest(TransportInterest.Read) : TransportInterest.Immediate;
        }
        if (_stream.HasUntried)
        {
            return TransportInterest.Immediate;
        }
        return _status == TransportStatus.Opening ? OpeningInterest() : OpenInterest(wanted);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        using (var step = new PollingStep(_stream))
        {
            _stream.Abandon();
            bool readEnded = !_isReading || Ended(_readTask);
            bool writeEnded = !_isWriting || Ended(_writeTask);
            _handshake.Abandon(_ssl);
            ReturnBuffers(readEnded, writeEnded);
        }
        _inner.Dispose();
    }

    private static TlsInfo Describe(SslStream ssl) => new()
    {
        Protocol = ssl.SslProtocol,
        CipherSuite = ssl.NegotiatedCipherSuite,
        ApplicationProtocol = ssl.NegotiatedApplicationProtocol,
        RemoteCertificate = ssl.RemoteCertificate,
        Context = ssl.TransportContext,
        IsMutuallyAuthenticated = ssl.IsMutuallyAuthenticated,
    };

    private TransportInterest OpeningInterest()
    {
        if (!_handshake.IsStarted || _handshake.IsCompleted)
        {
            // An inner transport that is itself opening is waited for first.
            return _inner.Poll() == TransportStatus.Opening
                ? _inner.GetInterest(TransportInterest.None)
                : TransportInterest.Immediate;
        }
        TransportInterest inner = InnerPending();
        if (inner == TransportInterest.None) // on a pool thread, which will wake us
        {
            return _hasWaker ? TransportInterest.None : TransportInterest.Immediate;
        }
        return _inner.GetInterest(inner);
    }

    private TransportInterest OpenInterest(TransportInterest wanted)
    {
        TransportInterest inner = _stream.IsWritePending ? TransportInterest.Write : TransportInterest.None;
        if ((wanted & TransportInterest.Read) != 0)
        {
            if (_readStart < _readEnd || !_isReading || _readTask.IsCompleted)
            {
                return TransportInterest.Immediate;
            }
            inner |= InnerPending();
        }
        if ((wanted & TransportInterest.Write) != 0)
        {
            if (!_isWriting || _writeTask.IsCompleted)
            {
                return TransportInterest.Immediate;
            }
            inner |= _stream.IsWritePending ? TransportInterest.Write : InnerPending();
        }
        return inner == TransportInterest.None ? inner : _inner.GetInterest(inner);
    }

    private TransportInterest InnerPending() =>
        (_stream.IsReadPending ? TransportInterest.Read : TransportInterest.None)
        | (_stream.IsWritePending ? TransportInterest.Write : TransportInterest.None);

    /// <summary>Begins or continues a read into our buffer; at its end, takes the outcome.</summary>
    private void Fill()
    {
        if (!_isReading)
        {
            _readBuffer ??= ArrayPool<byte>.Shared.Rent(RecordSize);
            _readTask = _ssl.ReadAsync(_readBuffer);
            _isReading = true;
        }
        else if (!_readTask.IsCompleted)
        {
            _stream.Progress();
        }
        if (!_readTask.IsCompleted)
        {
            return;
        }
        _isReading = false;
        try
        {
            // Emptied before the result is asked for: a read that failed must not leave the bytes of the one before it.
            _readStart = _readEnd = 0;
            _readEnd = _readTask.GetAwaiter().GetResult();
            if (_readEnd == 0)
            {
                // A close_notify ends SslStream before it asks the transport again; only a bare FIN is seen by both.
                _readOutcome = _stream.SawEnd ? IoStatus.EndWithoutCloseNotify : IoStatus.End;
            }
        }
        catch (Exception exception)
        {
            bool cut = _stream.SawEnd && _inner.Failure.Error == TransportError.None; // within a record
            _readOutcome = cut ? IoStatus.EndWithoutCloseNotify : IoStatus.Failed;
            if (!cut)
            {
                Fail(exception);
            }
        }
    }

    private void Flush()
    {
        if (_isWriting)
        {
            _stream.Progress();
            FinishWrite();
        }
        if (_wantsShutdown && !_isWriting && _status == TransportStatus.Open)
        {
            _wantsShutdown = false;
            try
            {
                _writeTask = new ValueTask(_ssl.ShutdownAsync());
                _isWriting = true;
                FinishWrite();
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException)
            {
                // Best effort: whoever is gone need not be told.
            }
        }
    }

    private void FinishWrite()
    {
        if (!_isWriting || !_writeTask.IsCompleted)
        {
            return;
        }
        _isWriting = false;
        try
        {
            _writeTask.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        _status = TransportStatus.Failed;
        if (_failure.Error == TransportError.None)
        {
            _failure = _inner.Failure.Error != TransportError.None
                ? _inner.Failure
                : new(TransportError.TlsData, exception);
        }
    }

    private void FailAll(in TransportFailure failure)
    {
        _status = TransportStatus.Failed;
        _failure = failure;
        _readOutcome = IoStatus.Failed;
    }

    private void ReturnBuffers(bool readEnded, bool writeEnded)
    {
        if (_readBuffer is not null && readEnded)
        {
            ArrayPool<byte>.Shared.Return(_readBuffer);
        }
        if (_writeBuffer is not null && writeEnded)
        {
            ArrayPool<byte>.Shared.Return(_writeBuffer);
        }
        _readBuffer = null;
        _writeBuffer = null;
        _readStart = _readEnd = 0;
    }

    private static bool Ended(ValueTask<int> task) => Ended(new ValueTask(task.AsTask()));

    private static bool Ended(ValueTask task)
    {
        bool ended = task.IsCompleted;
        TlsHandshake.Observe(task.AsTask());
        return ended;
    }
}
