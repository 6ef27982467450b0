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
/// a <see cref="TlsReader"/> fills one, which is copied out; a <see cref="TlsWriter"/> copies in, reports the write as done, and flushes
/// in whatever call comes next. Neither buffer goes back to the pool while an operation holds it.
/// </remarks>
internal sealed class TlsTransport : ITransport, ISocketHandleSource
{
    /// <summary>The largest plaintext of one TLS record (RFC 8446 §5.1).</summary>
    internal const int RecordSize = 16 * 1024;

    private readonly ITransport _inner;
    private readonly TlsInnerStream _stream;
    private readonly SslStream _ssl;
    private readonly TlsHandshake _handshake;
    private readonly TlsReader _reader;
    private readonly TlsWriter _writer;
    private readonly Action? _wake;
    private Task? _loading; // what has to be loaded before the handshake; null once it is
    private bool _awaitsLoading;
    private TransportStatus _status = TransportStatus.Opening;
    private TransportFailure _failure;
    private TlsInfo? _info;
    private bool _disposed;

    internal TlsTransport(
        ITransport inner, SslClientAuthenticationOptions options, IPoller? waker, bool handshakeOnPool = false, Task? loading = null)
    {
        _inner = inner;
        _loading = loading;
        _wake = waker is null ? null : waker.Wake;
        _handshake = new(options, _wake, handshakeOnPool && waker is not null);
        _stream = new(inner, _wake);
        _ssl = new(_stream, leaveInnerStreamOpen: true);
        _reader = new(_ssl, _stream);
        _writer = new(_ssl, _stream);
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
        if (!IsLoaded())
        {
            return TransportStatus.Opening;
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
        if (_reader.NeedsFill)
        {
            using var step = new PollingStep(_stream);
            Fail(_reader.Fill(_inner));
        }
        return _reader.Take(buffer);
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
        if (_status == TransportStatus.Open)
        {
            total = _writer.Write(data, out Exception? error);
            Fail(error);
        }
        if (total > 0 || (data.IsEmpty && _status == TransportStatus.Open))
        {
            return IoResult.Done(total);
        }
        return _status == TransportStatus.Failed ? IoResult.Failed : IoResult.WouldBlock;
    }

    public void ShutdownSend()
    {
        if (_status != TransportStatus.Open || _disposed)
        {
            return;
        }
        _writer.Shutdown();
        using var step = new PollingStep(_stream);
        Flush();
    }

    public TransportInterest GetInterest(TransportInterest wanted)
    {
        if (_status == TransportStatus.Failed)
        {
            bool mayWaitToRead = wanted == TransportInterest.Read && _reader.WaitsForInner;
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
            _reader.Release();
            _writer.Release();
            _handshake.Abandon(_ssl);
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

    /// <summary>Determines whether the handshake may begin. If not, the end of the loading wakes the polling thread.</summary>
    private bool IsLoaded()
    {
        if (_loading is null or { IsCompleted: true })
        {
            _loading = null;
            return true;
        }
        if (!_awaitsLoading && _wake is not null)
        {
            _loading.ContinueWith(
                static (_, wake) => ((Action)wake!)(), _wake, CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        _awaitsLoading = true;
        return false;
    }

    private TransportInterest OpeningInterest()
    {
        if (_awaitsLoading && !IsLoaded())
        {
            return _wake is null ? TransportInterest.Immediate : TransportInterest.None;
        }
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
            return _wake is null ? TransportInterest.Immediate : TransportInterest.None;
        }
        return _inner.GetInterest(inner);
    }

    private TransportInterest OpenInterest(TransportInterest wanted)
    {
        TransportInterest inner = _stream.IsWritePending ? TransportInterest.Write : TransportInterest.None;
        if ((wanted & TransportInterest.Read) != 0)
        {
            if (_reader.IsReady)
            {
                return TransportInterest.Immediate;
            }
            inner |= InnerPending();
        }
        if ((wanted & TransportInterest.Write) != 0)
        {
            if (_writer.IsReady)
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

    private void Flush()
    {
        Fail(_writer.Flush());
        if (_status == TransportStatus.Open)
        {
            Fail(_writer.ShutdownIfDue());
        }
    }

    /// <summary>Takes an exception of the stream for the failure, unless there is one already; null is none.</summary>
    private void Fail(Exception? exception)
    {
        if (exception is null)
        {
            return;
        }
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
        _reader.Fail();
    }
}
