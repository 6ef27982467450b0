using System.Buffers;
using System.Text;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// What <see cref="System.Net.Security.SslStream"/> sees of the inner transport. An operation that would block pends; the
/// owner's next <see cref="Progress"/> tries it again and completes it.
/// </summary>
/// <remarks>
/// <see cref="System.Net.Security.SslStream"/> may go on from a pool thread (a handshake there, online revocation). From there the transport
/// is not touched: the operation pends untried, and <paramref name="wake"/> calls the polling thread.
/// </remarks>
internal sealed class TlsInnerStream(ITransport transport, Action? wake) : Stream
{
    /// <summary>Enough to show what a peer that does not speak TLS said first.</summary>
    private const int FirstBytesKept = 16;

    private readonly PendingIo _read = new();
    private readonly PendingIo _write = new();
    private readonly byte[] _firstBytes = new byte[FirstBytesKept];
    private int _firstCount;
    private bool _isDrained;
    private volatile bool _isClosed;
    private volatile int _pollingThread;

    /// <summary>Gets or sets the thread inside a <see cref="PollingStep"/>, or 0.</summary>
    internal int PollingThread
    {
        get => _pollingThread;
        set => _pollingThread = value;
    }

    /// <summary>True once the inner transport ended.</summary>
    internal bool SawEnd { get; private set; }

    internal bool IsReadPending => _read.IsPending;

    internal bool IsWritePending => _write.IsPending;

    /// <summary>True when something pends that was not tried yet: waiting for the handle would be wrong.</summary>
    internal bool HasUntried => _read.IsUntried || _write.IsUntried;

    /// <summary>Gets or sets a value indicating whether what waits for the transport goes on on the thread pool. Set while nothing
    /// pends.</summary>
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

    /// <summary>Tries again what pends, within a <see cref="PollingStep"/>; continuations run inside.</summary>
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

    /// <summary>Ends what pends, so that nothing holds memory or waits for ever.</summary>
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

    /// <summary>What came first, in quotes and printable, when it can't be TLS; null when it can.</summary>
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
            return new(0); // asks to be told of arrival; the read that follows waits just as well
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
        _isDrained = false; // what comes from now on makes the transport ready
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

        // A short read means that nothing more is there, unless the transport itself holds more.
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
