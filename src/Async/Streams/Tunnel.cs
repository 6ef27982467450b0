using PollHttp.Loop;

namespace PollHttp.Streams;

/// <summary>
/// Represents a connection after a 101 or a 2xx to CONNECT: a transport that left HTTP and its pool. The owner of the response reads and
/// writes it. The loop knows it only during a wait.
/// </summary>
/// <remarks>Thread safety: the lock guards the transport, which is used on the caller's thread; the poller is used on the loop's
/// thread.</remarks>
internal sealed class Tunnel(ITransport transport, ReadOnlyMemory<byte> leftover, PollLoop loop, ContinuationPolicy policy)
    : ILoopWork, ILoopReady, ILoopTimer
{
    private static readonly TimeSpan s_shortagePause = TimeSpan.FromMilliseconds(50);

    private readonly object _lock = new();
    private ReadOnlyMemory<byte> _leftover = leftover;
    private TunnelWait? _reader;
    private TunnelWait? _writer;
    private bool _registered;
    private bool _disposed;

    public PollLoop Loop => loop;

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Reads what has come, or waits for it.</summary>
    /// <param name="buffer">The memory to read into; an empty one waits for bytes and reads none.</param>
    /// <param name="keeper">What must not be collected during the wait, when perhaps only the wait refers to it.</param>
    /// <param name="token">Ends the tunnel if the read waits.</param>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, TunnelKeeper keeper, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(token);
        }

        return TryRead(buffer, out int count) ? new(count) : WaitToReadAsync(buffer, keeper, token);
    }

    /// <summary>Writes all of the memory, which may have to wait.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, TunnelKeeper keeper, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(token);
        }

        buffer = buffer[TryWrite(buffer)..];
        return buffer.IsEmpty ? default : WaitToWriteAsync(buffer, keeper, token);
    }

    private async ValueTask<int> WaitToReadAsync(Memory<byte> buffer, TunnelKeeper keeper, CancellationToken token)
    {
        using CancellationTokenRegistration registration = EndOn(token);
        int count;
        while (!TryRead(buffer, out count, token))
        {
            Task ready;
            lock (_lock)
            {
                ready = (_reader ??= new(policy)).Task;
            }

            loop.Submit(this);
            await ready.ConfigureAwait(loop.KeepsContext);
        }

        GC.KeepAlive(keeper);
        return count;
    }

    private async ValueTask WaitToWriteAsync(ReadOnlyMemory<byte> buffer, TunnelKeeper keeper, CancellationToken token)
    {
        using CancellationTokenRegistration registration = EndOn(token);
        while (true)
        {
            buffer = buffer[TryWrite(buffer, token)..];
            if (buffer.IsEmpty)
            {
                GC.KeepAlive(keeper);
                return;
            }

            Task ready;
            lock (_lock)
            {
                ready = (_writer ??= new(policy)).Task;
            }

            loop.Submit(this);
            await ready.ConfigureAwait(loop.KeepsContext);
        }
    }

    /// <summary>Reads available bytes; returns false if there are none. An empty buffer waits for bytes and reads none.</summary>
    private bool TryRead(Memory<byte> buffer, out int count, CancellationToken token = default)
    {
        lock (_lock)
        {
            ThrowIfEnded(token);
            count = Math.Min(buffer.Length, _leftover.Length);
            if (!_leftover.IsEmpty)
            {
                _leftover[..count].CopyTo(buffer);
                _leftover = _leftover[count..];
                return true;
            }

            if (buffer.IsEmpty)
            {
                return TryFillLeftover();
            }

            IoResult result = transport.TryRead(buffer);
            count = result.Count;
            return result.Status switch
            {
                IoStatus.WouldBlock => false,
                IoStatus.Failed => throw Broken(),
                _ => true,
            };
        }
    }

    /// <summary>Reads ahead: a transport can't be asked for bytes without reading some, which become the first of the next read.</summary>
    private bool TryFillLeftover()
    {
        byte[] some = new byte[4096];
        IoResult result = transport.TryRead(some);
        _leftover = some.AsMemory(0, result.Count);
        return result.Status switch
        {
            IoStatus.WouldBlock => false,
            IoStatus.Failed => throw Broken(),
            _ => true,
        };
    }

    private int TryWrite(ReadOnlyMemory<byte> buffer, CancellationToken token = default)
    {
        int written = 0;
        lock (_lock)
        {
            while (written < buffer.Length)
            {
                ThrowIfEnded(token);
                IoResult result = transport.TryWrite(new ReadOnlySequence<byte>(buffer[written..]));
                if (result.Status == IoStatus.WouldBlock)
                {
                    break;
                }

                if (result.Status != IoStatus.Done)
                {
                    throw Broken();
                }

                written += result.Count;
            }
        }

        return written;
    }

    /// <summary>Runs in the loop's pass: waits for what is needed now, or releases the transport.</summary>
    public void Execute()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                Unregister();
                transport.Dispose();
                Release();
                return;
            }

            TransportInterest wanted = (_reader is null ? TransportInterest.None : TransportInterest.Read)
                | (_writer is null ? TransportInterest.None : TransportInterest.Write);
            TransportInterest interest = wanted == TransportInterest.None ? wanted : transport.GetInterest(wanted);
            if ((interest & TransportInterest.Immediate) != 0)
            {
                Release();
                interest = TransportInterest.None;
            }

            if ((interest & TransportInterest.Later) != 0)
            {
                loop.Schedule(this, loop.Now + s_shortagePause); // out of buffers: no readiness event will follow
                interest = TransportInterest.None;
            }

            if (interest == TransportInterest.None)
            {
                Unregister();
                return;
            }

            transport.Owner = this;
            loop.Poller.Set(transport, interest);
            _registered = true;
        }
    }

    public void OnReady(PollBudget budget)
    {
        lock (_lock)
        {
            Unregister(); // waits that are not completed register again
            Release();
        }
    }

    public void OnTimer(Instant now)
    {
        lock (_lock)
        {
            Release();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        loop.Submit(this); // the poller must release the transport before it closes
    }

    private CancellationTokenRegistration EndOn(CancellationToken token) =>
        token.UnsafeRegister(static state => ((Tunnel)state!).Dispose(), this);

    private void ThrowIfEnded(CancellationToken token)
    {
        if (_disposed)
        {
            token.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(Stream));
        }
    }

    private IOException Broken() => new($"The connection broke: {transport.Failure.Describe()}.", transport.Failure.Cause);

    private void Release()
    {
        CompleteAndForget(ref _reader);
        CompleteAndForget(ref _writer);
    }

    private void CompleteAndForget(ref TunnelWait? wait)
    {
        if (wait is not null)
        {
            loop.Complete(wait);
            wait = null;
        }
    }

    private void Unregister()
    {
        if (_registered)
        {
            _registered = false;
            loop.Poller.Set(transport, TransportInterest.None);
        }
    }
}
