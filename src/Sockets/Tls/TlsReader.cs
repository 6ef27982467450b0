using System.Buffers;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Implements the receiving half of a TLS transport: reads of <see cref="SslStream"/>, which may stay pending, into a buffer that
/// they may keep.</summary>
/// <remarks>Calls that use the stream must run within a <see cref="PollingStep"/>.</remarks>
internal sealed class TlsReader(SslStream ssl, TlsInnerStream stream)
{
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private ValueTask<int> _task;
    private bool _isPending;

    /// <summary>Gets how the stream ended, or <see cref="IoStatus.WouldBlock"/> while it is open.</summary>
    public IoStatus Outcome { get; private set; } = IoStatus.WouldBlock;

    /// <summary>Gets a value indicating whether a read must call the stream: nothing is buffered, and no end was found.</summary>
    public bool NeedsFill => _start == _end && Outcome == IoStatus.WouldBlock;

    /// <summary>Gets a value indicating whether a read would make progress without the inner transport.</summary>
    public bool IsReady => _start < _end || !_isPending || _task.IsCompleted;

    /// <summary>Gets a value indicating whether a read waits for bytes from the inner transport.</summary>
    public bool WaitsForInner => _isPending && stream.IsReadPending;

    /// <summary>Begins or continues a read; at its end, stores the outcome.</summary>
    /// <returns>The exception of the stream, unless the peer's close within a record explains it; otherwise null.</returns>
    public Exception? Fill(ITransport inner)
    {
        if (!_isPending)
        {
            _buffer ??= ArrayPool<byte>.Shared.Rent(TlsTransport.RecordSize);
            _task = ssl.ReadAsync(_buffer);
            _isPending = true;
        }
        else if (!_task.IsCompleted)
        {
            stream.Progress();
        }

        if (!_task.IsCompleted)
        {
            return null;
        }

        _isPending = false;
        try
        {
            // Reset before the result is read: a failed read must not leave the bytes of the previous one.
            _start = _end = 0;
            _end = _task.GetAwaiter().GetResult();
            if (_end == 0)
            {
                // A close_notify ends SslStream before it calls the transport again; both see only a bare FIN.
                Outcome = stream.SawEnd ? IoStatus.EndWithoutCloseNotify : IoStatus.End;
            }

            return null;
        }
        catch (Exception exception)
        {
            bool isCut = stream.SawEnd && inner.Failure.Error == TransportError.None; // within a record
            Outcome = isCut ? IoStatus.EndWithoutCloseNotify : IoStatus.Failed;
            return isCut ? null : exception;
        }
    }

    /// <summary>Copies buffered bytes; without any, returns the outcome.</summary>
    public IoResult Take(Memory<byte> destination)
    {
        if (_start == _end)
        {
            return new(Outcome, 0);
        }

        int count = Math.Min(destination.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(destination);
        _start += count;
        return IoResult.Done(count);
    }

    /// <summary>Fails the reader because the transport failed.</summary>
    public void Fail() => Outcome = IoStatus.Failed;

    /// <summary>Returns the buffer, unless a running read keeps it. The stream is abandoned.</summary>
    public void Release()
    {
        bool hasEnded = !_isPending || TlsHandshake.HasEnded(_task.AsTask());
        if (_buffer is not null && hasEnded)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = null;
        _start = _end = 0;
    }
}
