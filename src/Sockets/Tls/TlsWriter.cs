using System.Buffers;
using System.Net.Security;

namespace PollHttp.Sockets;

/// <summary>
/// Implements the sending half of a TLS transport: writes of <see cref="SslStream"/>, which may stay pending, from a copy that they may
/// keep. A write counts as done when it is copied; later calls flush it.
/// </summary>
/// <remarks>Calls that use the stream must run within a <see cref="PollingStep"/>.</remarks>
internal sealed class TlsWriter(SslStream ssl, TlsInnerStream stream)
{
    /// <summary>
    /// The largest write that <see cref="SslStream"/> encrypts at once, as two records: this halves the system calls of an upload. Larger
    /// writes are not allowed, since the stream would still need the memory while a write is pending.
    /// </summary>
    private const int LargestWrite = 2 * TlsTransport.RecordSize;

    private byte[]? _buffer;
    private ValueTask _task;
    private bool _isPending;
    private bool _wantsShutdown; // requested while a write may be pending; begins after it

    /// <summary>Gets a value indicating whether a write would make progress without the inner transport.</summary>
    public bool IsReady => !_isPending || _task.IsCompleted;

    /// <summary>Writes as much as possible without waiting for an earlier write.</summary>
    /// <param name="data">The plaintext.</param>
    /// <param name="error">The exception of the stream; then the last piece was not accepted.</param>
    /// <returns>The number of bytes accepted.</returns>
    public int Write(ReadOnlySequence<byte> data, out Exception? error)
    {
        error = null;
        int total = 0;
        while (!_isPending && total < data.Length)
        {
            ReadOnlySequence<byte> rest = data.Slice(total);
            int count = (int)Math.Min(rest.Length, LargestWrite);
            RentBuffer(count);
            rest.Slice(0, count).CopyTo(_buffer);
            _task = ssl.WriteAsync(_buffer.AsMemory(0, count));
            _isPending = true;
            error = FinishIfCompleted();
            if (error is not null)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    /// <summary>Continues the pending write.</summary>
    /// <returns>The exception of the stream; otherwise null.</returns>
    public Exception? Flush()
    {
        if (!_isPending)
        {
            return null;
        }

        stream.Progress();
        return FinishIfCompleted();
    }

    /// <summary>Requests a close_notify (RFC 8446
    /// §6.1) after what is written.</summary>
    public void Shutdown() => _wantsShutdown = true;

    /// <summary>Begins the close_notify, if one was requested and no write is pending.</summary>
    /// <returns>The exception of the stream; otherwise null.</returns>
    public Exception? ShutdownIfDue()
    {
        if (!_wantsShutdown || _isPending)
        {
            return null;
        }

        _wantsShutdown = false;
        try
        {
            _task = new ValueTask(ssl.ShutdownAsync());
            _isPending = true;
            return FinishIfCompleted();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return null; // best effort: the peer may be gone
        }
    }

    /// <summary>Returns the buffer, unless a running write keeps it. The stream is abandoned.</summary>
    public void Release()
    {
        bool hasEnded = !_isPending || TlsHandshake.HasEnded(_task.AsTask());
        if (_buffer is not null && hasEnded)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = null;
    }

    /// <summary>Makes room while no write is pending. Most requests are small, and the buffer stays with the connection.</summary>
    private void RentBuffer(int count)
    {
        if (_buffer is not null && _buffer.Length < count)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }

        _buffer ??= ArrayPool<byte>.Shared.Rent(Math.Max(count, TlsTransport.RecordSize));
    }

    private Exception? FinishIfCompleted()
    {
        if (!_isPending || !_task.IsCompleted)
        {
            return null;
        }

        _isPending = false;
        try
        {
            _task.GetAwaiter().GetResult();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
