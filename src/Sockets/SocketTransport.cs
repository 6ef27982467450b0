using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// Implements a transport over a non-blocking stream socket. Connecting begins in the constructor; <see cref="Poll"/> advances it.
/// </summary>
/// <remarks>
/// A failed write does not end reading: the response that a server sent before it reset the connection is still in the receive buffer, and
/// often gives the reason. After it, reads report the failure of the write, never an end: Linux reports a reset only once, to the call that
/// finds it, and a clean end to every later call. A call for which the system has no buffers counts as would-block, and is retried once; if
/// there are still none, it fails.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed class SocketTransport : ITransport, ISocketHandleSource
{
    private readonly ISocketCalls _calls;
    private readonly EndPoint _endPoint;
    private readonly Socket? _socket;
    private TransportStatus _status;
    private TransportFailure _failure;
    private TransportInterest _shortOf;
    private bool _readFailed;
    private bool _endIsLost;
    private bool _disposed;

    internal SocketTransport(EndPoint endPoint, bool noDelay, ISocketCalls calls)
    {
        _calls = calls;
        _endPoint = endPoint;
        bool isTcp = endPoint is IPEndPoint;
        try
        {
            _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified)
            {
                Blocking = false,
            };
            if (isTcp)
            {
                _socket.NoDelay = noDelay;
            }
            _status = Opened(calls.Connect(_socket, endPoint, ref _failure));
        }
        catch (SocketException exception) // out of handles, or the address family is not supported
        {
            _failure = SocketFailure.From(exception);
            _status = TransportStatus.Failed;
        }
        if (_status == TransportStatus.Failed)
        {
            _readFailed = true;
            _socket?.Dispose();
        }
    }

    public Socket? Socket => _socket;

    public TransportFailure Failure => _failure;

    public EndPoint? LocalEndPoint => _status == TransportStatus.Open && !_disposed ? _calls.GetLocalEndPoint(_socket!, _endPoint) : null;

    public EndPoint? RemoteEndPoint => _endPoint;

    public object? Owner { get; set; }

    public TransportStatus Poll()
    {
        if (_status == TransportStatus.Opening && !_disposed)
        {
            _status = Opened(_calls.PollConnect(_socket!, ref _failure));
            _readFailed = _status == TransportStatus.Failed;
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
        if (_readFailed || Poll() == TransportStatus.Opening)
        {
            return _readFailed ? IoResult.Failed : IoResult.WouldBlock;
        }
        TransportFailure failure = default;
        IoResult result = _calls.Receive(_socket!, buffer.Span, ref failure);
        if (IsWorthOneMore(TransportInterest.Read, result, failure))
        {
            return IoResult.WouldBlock;
        }
        if (result.Status == IoStatus.End && _endIsLost)
        {
            _readFailed = true;
            return IoResult.Failed;
        }
        if (result.Status == IoStatus.Failed)
        {
            _readFailed = true;
            Fail(failure);
        }
        return result;
    }

    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        switch (Poll())
        {
            case TransportStatus.Opening:
                return IoResult.WouldBlock;
            case TransportStatus.Failed:
                return IoResult.Failed;
        }
        if (data.IsEmpty)
        {
            return IoResult.Done(0);
        }
        TransportFailure failure = default;
        IoResult result = _calls.Send(_socket!, data, ref failure);
        if (IsWorthOneMore(TransportInterest.Write, result, failure))
        {
            return IoResult.WouldBlock;
        }
        if (result.Status == IoStatus.Failed)
        {
            Fail(failure);
            _endIsLost = !SocketFailure.IsAfterEnd(failure);
        }
        return result;
    }

    public void ShutdownSend()
    {
        if (_status != TransportStatus.Open || _disposed)
        {
            return;
        }
        try
        {
            _socket!.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Already disconnected: nothing to shut down.
        }
    }

    public TransportInterest GetInterest(TransportInterest wanted) => _status switch
    {
        TransportStatus.Opening => TransportInterest.Write,
        TransportStatus.Open when (wanted & _shortOf) != 0 => TransportInterest.Later,
        TransportStatus.Open => wanted & (TransportInterest.Read | TransportInterest.Write),
        _ when !_readFailed && wanted == TransportInterest.Read => TransportInterest.Read,
        _ => TransportInterest.Immediate,
    };

    public void Dispose()
    {
        _disposed = true;
        _socket?.Dispose();
    }

    private TransportStatus Opened(TransportStatus status)
    {
        // Connecting to a port of this host without a listener can, by chance of the local port, connect to itself.
        if (status == TransportStatus.Open && _calls.IsSelfConnected(_socket!))
        {
            _failure = SocketFailure.From(SocketError.ConnectionRefused);
            _socket!.Dispose();
            return TransportStatus.Failed;
        }
        return status;
    }

    /// <summary>Determines whether a call that found no buffers should be retried, which it is once.</summary>
    private bool IsWorthOneMore(TransportInterest direction, IoResult result, in TransportFailure failure)
    {
        bool isFirst = (_shortOf & direction) == 0;
        _shortOf &= ~direction;
        if (!isFirst || result.Status != IoStatus.Failed || failure.Error != TransportError.ResourceExhausted)
        {
            return false;
        }
        _shortOf |= direction;
        return true;
    }

    private void Fail(in TransportFailure failure)
    {
        if (_failure.Error == TransportError.None)
        {
            _failure = failure;
        }
        _status = TransportStatus.Failed;
    }

    private string DebuggerDisplay => _disposed ? $"{_endPoint}, disposed" : $"{_endPoint}, {_status}";
}
