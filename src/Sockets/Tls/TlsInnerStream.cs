using System.Buffers;
using System.Text;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// Presents the inner transport to <see cref="System.Net.Security.SslStream"/>. An operation that would block stays pending; the owner's
/// next <see cref="Progress"/> retries and completes it.
/// </summary>
/// <remarks>
/// <see cref="System.Net.Security.SslStream"/> may continue on a pool thread (a handshake there, an online revocation check). From there
/// the transport is not used: the operation stays pending, and <paramref name="wake"/> wakes the polling thread.
/// </remarks>
internal sealed class TlsInnerStream(ITransport transport, Action? wake) : Stream
{
    /// <summary>The number of bytes kept to show what a peer that does not speak TLS sent first.</summary>
    private const int FirstBytesKept = 16;

    private readonly PendingIo _read = new();
    private readonly PendingIo _write = new();
    private readonly byte[] _firstBytes = new byte[FirstBytesKept];
    private int _firstCount;
    private bool _isDrained;
    private volatile bool _isClosed;
    private volatile int _pollingThread;

    /// <summary>Gets or sets the id of the thread inside a <see cref="PollingStep"/>, or 0.</summary>
    internal int PollingThread
    {
        get => _pollingThread;
        set => _pollingThread = value;
    }

    /// <summary>Gets a value indicating whether the inner transport ended.</summary>
    internal bool SawEnd { get; private set; }

    internal bool IsReadPending => _read.IsPending;

    internal bool IsWritePending => _write.IsPending;

    /// <summary>
    /// Gets a value indicating whether a pending operation was not tried yet, so that waiting for the handle would be wrong.
    /// </summary>
    internal bool HasUntried => _read.IsUntried || _write.IsUntried;

    /// <summary>
    /// Gets or sets a value indicating whether continuations of pending operations run on the thread pool. Set while nothing is pending.
    /// </summary>
    internal bool ContinuesOnPool
    {
        set => _read.ContinuesOnPool = _write.ContinuesOnPool = value;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Retries pending operations, within a <see cref="PollingStep"/>; continuations run inside.</summary>
    internal void Progress()
    {
        if (_write.IsPending && !_isClosed)
        {
            _write.IsUntried = false;
            ReadOnlyMemory<byte> rest = _write.WriteMemory;
            switch (Push(ref rest))
            {
                case IoStatus.Done:
                    _write.Complete(0);
                    break;
                case IoStatus.Failed:
                    _write.Fail(TransportException());
                    break;
                default:
                    _write.WriteMemory = rest;
                    break;
            }
        }
        if (_read.IsPending && !_isClosed)
        {
            _read.IsUntried = false;
            IoResult result = Pull(_read.ReadMemory);
            if (result.Status == IoStatus.Failed)
            {
                _read.Fail(TransportException());
            }
            else if (result.Status != IoStatus.WouldBlock)
            {
                _read.Complete(result.Count);
            }
        }
    }

    /// <summary>Ends pending operations, so that nothing holds memory or waits for ever.</summary>
    internal void Abandon()
    {
        _isClosed = true;
        if (_write.IsPending)
        {
            _write.Fail(new ObjectDisposedException(nameof(TlsTransport)));
        }
        if (_read.IsPending)
        {
            _read.Fail(new ObjectDisposedException(nameof(TlsTransport)));
        }
    }

    /// <summary>Returns the first received bytes in quotes and printable if they can't be TLS; otherwise null.</summary>
    internal string? DescribeIfNotTls()
    {
        // A TLS record begins with a content type of 20 to 24 and major version 3 (RFC 8446 §5.1).
        if (_firstCount == 0 || (_firstBytes[0] is >= 20 and <= 24 && (_firstCount < 2 || _firstBytes[1] == 3)))
        {
            return null;
        }
        var text = new StringBuilder("'");
        foreach (byte value in _firstBytes.AsSpan(0, _firstCount))
        {
            text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
        }
        return text.Append('\'').ToString();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (buffer.IsEmpty)
        {
            return new(0); // a zero-byte read waits for data; the read after it waits just as well
        }
        bool mayTry = _pollingThread == Environment.CurrentManagedThreadId;
        if (mayTry && !_isDrained)
        {
            IoResult result = Pull(buffer);
            if (result.Status == IoStatus.Failed)
            {
                return ValueTask.FromException<int>(TransportException());
            }
            if (result.Status != IoStatus.WouldBlock)
            {
                return new(result.Count);
            }
        }
        _isDrained = false; // bytes that arrive from now on make the transport ready
        _read.ReadMemory = buffer;
        var pending = new ValueTask<int>(_read, _read.Start(untried: !mayTry));
        if (!mayTry)
        {
            wake?.Invoke();
        }
        return pending;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        bool mayTry = _pollingThread == Environment.CurrentManagedThreadId;
        if (mayTry)
        {
            IoStatus status = Push(ref buffer);
            if (status != IoStatus.WouldBlock)
            {
                return status == IoStatus.Done ? default : ValueTask.FromException(TransportException());
            }
        }
        _write.WriteMemory = buffer;
        var pending = new ValueTask(_write, _write.Start(untried: !mayTry));
        if (!mayTry)
        {
            wake?.Invoke();
        }
        return pending;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private IoResult Pull(Memory<byte> buffer)
    {
        IoResult result = transport.TryRead(buffer);

        // A short read means that no more bytes are available, unless the transport itself holds some.
        _isDrained = result.Status == IoStatus.Done && result.Count < buffer.Length
            && (transport.GetInterest(TransportInterest.Read) & TransportInterest.Immediate) == 0;
        if (result.Status == IoStatus.Done)
        {
            int kept = Math.Min(FirstBytesKept - _firstCount, result.Count);
            if (kept > 0)
            {
                buffer.Span[..kept].CopyTo(_firstBytes.AsSpan(_firstCount));
                _firstCount += kept;
            }
        }
        SawEnd |= result.Status is IoStatus.End or IoStatus.EndWithoutCloseNotify;
        return result;
    }

    private IoStatus Push(ref ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            IoResult result = transport.TryWrite(new ReadOnlySequence<byte>(data));
            if (result.Status != IoStatus.Done)
            {
                return result.Status == IoStatus.WouldBlock ? IoStatus.WouldBlock : IoStatus.Failed;
            }
            data = data[result.Count..];
        }
        return IoStatus.Done;
    }

    private IOException TransportException() => new(transport.Failure.Describe(), transport.Failure.Cause);
}
