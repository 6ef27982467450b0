namespace PollHttp;

/// <summary>Moves a content that is not simply memory onto the connection, piece by piece; each piece stays borrowed until
/// the connection has released it.</summary>
internal sealed class Upload(PooledConnection connection, Exchange exchange, RequestContent content, ExchangeId id)
    : ICompletion, IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource? _waiter;
    private bool _borrowed;
    private bool _started;
    private bool _stopped;

    /// <summary>Under the gate.</summary>
    public bool IsRunning { get; private set; } = true;

    public void Start()
    {
        if (connection.Loop.IsBackground)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // the source is user code: not on the reactor
        }
        else
        {
            connection.Loop.Complete(this);
        }
    }

    void IThreadPoolWorkItem.Execute() => Complete();

    public void Complete()
    {
        if (!_started)
        {
            _started = true;
            _ = RunAsync();
            return;
        }

        TaskCompletionSource? waiter;
        lock (connection.Gate)
        {
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Under the gate: the connection no longer holds what was written.</summary>
    public void OnReleased() => _borrowed = false;

    /// <summary>Under the gate, after each pass of the connection.</summary>
    public void OnProgress()
    {
        if (_waiter is not null && IsReady)
        {
            connection.Loop.Complete(this);
        }
    }

    /// <summary>Under the gate: the rest of the content is not wanted.</summary>
    public void Stop()
    {
        if (!_stopped)
        {
            _stopped = true;
            IsRunning = false;
            OnProgress();
            _ = _stop.CancelAsync();
        }
    }

    private bool IsReady => _stopped || (!_borrowed && connection.Http.SendState == SendState.Body);

    private async Task RunAsync()
    {
        try
        {
            long written = 0;
            IAsyncEnumerable<ReadOnlyMemory<byte>> pieces = content.ReadAsync(_stop.Token)
                ?? throw new InvalidOperationException("The content returned no pieces.");
            await foreach (ReadOnlyMemory<byte> piece in pieces.WithCancellation(_stop.Token).ConfigureAwait(connection.Loop.KeepsContext))
            {
                written += piece.Length;
                if (content.Length is { } length && written > length)
                {
                    throw WrongLength(written);
                }

                if (!await WriteAsync(piece).ConfigureAwait(connection.Loop.KeepsContext))
                {
                    return;
                }
            }

            if (content.Length is { } expected && written < expected)
            {
                throw WrongLength(written);
            }

            await FinishAsync().ConfigureAwait(connection.Loop.KeepsContext);
        }
        catch (OperationCanceledException) when (_stopped)
        {
        }
        catch (Exception error)
        {
            lock (connection.Gate)
            {
                if (!_stopped)
                {
                    _stopped = true;
                    IsRunning = false;
                    connection.FailUpload(exchange, error);
                }
            }
        }
        finally
        {
            lock (connection.Gate)
            {
                _stopped = true;
                IsRunning = false;
            }
        }
    }

    private HttpRequestException WrongLength(long written) => new(
        $"The content has {(written > content.Length ? "more" : "fewer")} bytes than its length says: {written} of {content.Length}.");

    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return true;
        }

        while (true)
        {
            Task wait;
            lock (connection.Gate)
            {
                if (_stopped)
                {
                    return false;
                }

                if (IsReady && connection.Http.Write(id, piece) == piece.Length)
                {
                    _borrowed = true;
                    connection.Kick();
                    break;
                }

                wait = Wait();
            }

            await wait.ConfigureAwait(connection.Loop.KeepsContext);
        }

        return await ReadyAsync().ConfigureAwait(connection.Loop.KeepsContext); // the source may reuse its buffer now
    }

    private async ValueTask FinishAsync()
    {
        if (!await ReadyAsync().ConfigureAwait(connection.Loop.KeepsContext))
        {
            return;
        }

        lock (connection.Gate)
        {
            if (!_stopped)
            {
                connection.Http.FinishBody(id);
                IsRunning = false;
                connection.AfterUpload();
            }
        }
    }

    private async ValueTask<bool> ReadyAsync()
    {
        while (true)
        {
            Task wait;
            lock (connection.Gate)
            {
                if (_stopped)
                {
                    return false;
                }

                if (IsReady)
                {
                    return true;
                }

                wait = Wait();
            }

            await wait.ConfigureAwait(connection.Loop.KeepsContext);
        }
    }

    private Task Wait()
    {
        _waiter = new(connection.Loop.IsBackground
            ? TaskCreationOptions.RunContinuationsAsynchronously
            : TaskCreationOptions.None);
        return _waiter.Task;
    }
}
