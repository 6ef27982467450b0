using System.Buffers;
using System.Net.Security;

namespace PollHttp.Sockets;

/// <summary>
/// The sending half of a TLS transport: writes of <see cref="SslStream"/> that may pend, out of a copy that they may keep. A write is
/// reported as done when it is copied, and flushed by later calls.
/// </summary>
/// <remarks>What may touch the stream runs within a <see cref="PollingStep"/>.</remarks>
internal sealed class TlsWriter(SslStream ssl, TlsInnerStream stream)
{
    /// <summary>
    /// The most that <see cref="SslStream"/> encrypts before it writes, as two records in one write: half the system calls of an
    /// upload. It must not be given more, as it would still need the memory when a write pends.
    /// </summary>
    private const int LargestWrite = 2 * TlsTransport.RecordSize;

    private byte[]? _buffer;
    private ValueTask _task;
    private bool _isPending;
    private bool _wantsShutdown; // asked for while a write may pend, and is to be begun after it

    /// <summary>Gets a value indicating whether a write would move on without the inner transport.</summary>
    public bool IsReady => !_isPending || _task.IsCompleted;

    /// <summary>Writes as much as goes without waiting for a write before it.</summary>
    /// <param name="data">The plaintext.</param>
    /// <param name="error">What the stream threw, in which case the last piece was not taken.</param>
    /// <returns>How many bytes were taken.</returns>
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

    /// <summary>Goes on with the write that pends.</summary>
    /// <returns>What the stream threw; null otherwise.</returns>
    public Exception? Flush()
    {
        if (!_isPending)
        {
            return null;
        }

        stream.Progress();
        return FinishIfCompleted();
    }

    /// <summary>Has a close_notify sent (RFC 8446 §6.1) behind what is written.</summary>
    public void Shutdown() => _wantsShutdown = true;

    /// <summary>Begins the close_notify, where one was asked for and no write pends.</summary>
    /// <returns>What the stream threw; null otherwise.</returns>
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
            return null; // best effort: a peer that is gone need not be told
        }
    }

    /// <summary>Gives the buffer back, unless a write that is under way keeps it. The stream is abandoned.</summary>
    public void Release()
    {
        bool hasEnded = !_isPending || TlsHandshake.HasEnded(_task.AsTask());
        if (_buffer is not null && hasEnded)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = null;
    }

    /// <summary>Makes room while no write pends. Small requests are the rule, and the buffer stays with the connection.</summary>
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
