namespace PollHttp;

/// <summary>
/// Moves a content that is not simply memory onto the connection: the sink of the content, for the length of one exchange.
/// What is written stays borrowed until the connection has released it.
/// </summary>
/// <remarks>
/// Members named On… and the properties are for the connection, under its gate; the writes are the content's, on any thread.
/// The head is held back until the content has either written something or begun to wait, so that they leave together.
/// </remarks>
internal sealed class Upload(PooledConnection connection, Exchange exchange, RequestContent content, ContentFraming framing, ExchangeId id, int highWater)
    : ContentSink, ICompletion, IThreadPoolWorkItem, IBlockedCaller
{
    private readonly CancellationTokenSource _stop = new();
    private readonly long? _length = framing.Kind == ContentFramingKind.Length ? framing.Length : content.Length;
    private TaskCompletionSource? _waiter;
    private long _written;
    private bool _waitsForRoom;
    private bool _borrowed;
    private bool _started;
    private bool _running;
    private bool _stopped;
    private bool _canceled;

    /// <summary>Whether the exchange still needs content from here.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>That of its exchange.</summary>
    public Instant Deadline => exchange.Deadline;

    internal override bool KeepsContext => connection.Loop.KeepsContext;

    internal override bool IsVirtual => connection.Loop.IsVirtual;

    internal override TransportContext? TransportContext => connection.TransportContext;

    private bool MayWrite => connection.Http.SendState == SendState.Body
        || (connection.Http.SendState == SendState.AwaitContinue && connection.HasEarlyResponse);

    /// <summary>Under the gate: has the content begin, unless it waits for a 100 first (RFC 9110 §10.1.1).</summary>
    public void StartWhenDue()
    {
        if (!_started && !_stopped && MayWrite)
        {
            _started = true;
            content.Enter(this);
        }
    }

    /// <summary>The content is free to be written: no earlier sending of it is still at it.</summary>
    public void Begin()
    {
        if (exchange.Caller is { } caller)
        {
            caller.Produce(this);
        }
        else if (connection.Loop.IsBackground)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // the source is user code: not on the reactor
        }
        else
        {
            connection.Loop.Complete(this);
        }
    }

    void IThreadPoolWorkItem.Execute() => Complete();

    /// <summary>Where user code may run: begins, tells the content to stop, or lets it go on.</summary>
    public void Complete()
    {
        TaskCompletionSource? waiter;
        bool begins;
        bool cancel;
        lock (connection.Gate)
        {
            begins = !_running;
            _running = true;
            waiter = _waiter;
            _waiter = null;
            cancel = _stopped && !_canceled;
            _canceled |= cancel;
        }

        if (begins)
        {
            _ = RunAsync();
        }

        if (waiter is not null)
        {
            Release(waiter);
        }

        if (cancel)
        {
            _stop.Cancel();
        }
    }

    /// <summary>
    /// Without a context, as what is between here and the content (this class, a pipe, a compressor) does not ask for one: under
    /// a context its continuations would leave the loop's thread. Whoever does ask for one, as contents do, gets it.
    /// </summary>
    private static void Release(TaskCompletionSource waiter)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            waiter.TrySetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>The connection no longer holds what was written.</summary>
    public void OnReleased() => _borrowed = false;

    /// <summary>After each pass of the connection.</summary>
    public void OnProgress()
    {
        if (connection.Http.SendState is SendState.Failed or SendState.MustClose or SendState.Closed)
        {
            Stop(); // nothing more can be sent; a response may still come
            return;
        }

        StartWhenDue();
        if (_waiter is not null && IsReady)
        {
            connection.Loop.Complete(this);
        }
    }

    /// <summary>The rest of the content is not wanted.</summary>
    public void Stop()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        IsRunning = false;
        if (!_running)
        {
            return; // not begun, perhaps to begin later, and to end at once then
        }

        if (exchange.Caller is not null)
        {
            return; // its thread is here, or finds out at its next write
        }

        if (connection.Loop.IsBackground)
        {
            _canceled = true;
            _ = _stop.CancelAsync(); // callbacks are user code: not on the reactor
        }

        connection.Loop.Complete(this);
    }

    bool IBlockedCaller.IsOver => IsReady;

    private bool IsReady => _stopped || (MayWrite && (_waitsForRoom ? connection.Http.GetOutput().Length < highWater : !_borrowed));

    private async Task RunAsync()
    {
        try
        {
            lock (connection.Gate)
            {
                ThrowIfStopped();
                content.Use();
            }

            ValueTask writing = content.WriteToAsync(this, _stop.Token);
            if (!writing.IsCompleted)
            {
                Uncork();
            }

            await writing.ConfigureAwait(KeepsContext);
            Finish();
        }
        catch (OperationCanceledException) when (_stopped)
        {
        }
        catch (Exception error)
        {
            Fail(error);
        }
        finally
        {
            End();
        }
    }

    /// <summary>The same on the calling thread, which has nothing else to do than to wait for this exchange.</summary>
    public void RunBlocking()
    {
        try
        {
            lock (connection.Gate)
            {
                _running = true;
                ThrowIfStopped();
                content.Use();
            }

            content.WriteTo(this);
            Finish();
        }
        catch (OperationCanceledException) when (_stopped)
        {
        }
        catch (Exception error)
        {
            Fail(error);
        }
        finally
        {
            End();
        }
    }

    private void Fail(Exception error)
    {
        lock (connection.Gate)
        {
            if (!_stopped)
            {
                _stopped = true;
                connection.FailUpload(exchange, error);
            }
        }
    }

    private void End()
    {
        lock (connection.Gate)
        {
            _stopped = true;
            IsRunning = false;
        }

        content.Leave();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece) =>
        TryWrite(piece) ? ReleasedAsync() : WriteLaterAsync(new(piece));

    public override ValueTask WriteAsync(ReadOnlySequence<byte> pieces) =>
        pieces.IsSingleSegment ? WriteAsync(pieces.First) : WriteLaterAsync(pieces);

    public override void Write(ReadOnlyMemory<byte> piece) => Write(new ReadOnlySequence<byte>(piece));

    /// <summary>For a content that writes synchronously although it was asked not to: blocks, except where only this thread
    /// could go on.</summary>
    public override void Write(ReadOnlySequence<byte> pieces)
    {
        if (exchange.Caller is not null)
        {
            WriteBlocking(pieces);
            return;
        }

        ValueTask writing = WriteLaterAsync(pieces);
        if (!writing.IsCompleted && connection.Loop is { IsBackground: false, IsOnThread: true })
        {
            throw new NotSupportedException(
                "A content wrote synchronously on the thread of its loop, and the connection has no room: only an asynchronous write can wait there.");
        }

        writing.AsTask().GetAwaiter().GetResult();
    }

    private void WriteBlocking(ReadOnlySequence<byte> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            while (!TryWrite(piece))
            {
                FlushBlocking(forRoom: true);
            }
        }

        FlushBlocking(forRoom: false);
    }

    private void FlushBlocking(bool forRoom)
    {
        lock (connection.Gate)
        {
            ThrowIfStopped();
            connection.Flush();
            ThrowIfStopped();
            _waitsForRoom = forRoom;
        }

        connection.PollFor(this);
        lock (connection.Gate)
        {
            ThrowIfStopped();
        }
    }

    private async ValueTask WriteLaterAsync(ReadOnlySequence<byte> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            while (!TryWrite(piece))
            {
                await FlushAsync(forRoom: true).ConfigureAwait(false);
            }
        }

        await ReleasedAsync().ConfigureAwait(false);
    }

    private ValueTask ReleasedAsync() => FlushAsync(forRoom: false);

    /// <summary>Puts a piece into the connection's output; nothing moves yet. False when there is no room.</summary>
    private bool TryWrite(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return true; // a chunk without bytes would end the content
        }

        lock (connection.Gate)
        {
            ThrowIfStopped();
            if (_length is { } length && _written + piece.Length > length)
            {
                throw WrongLength($"more bytes than its length of {length} says");
            }

            if (!MayWrite || connection.Write(id, piece) == 0)
            {
                return false;
            }

            _written += piece.Length;
            _borrowed = true;
            return true;
        }
    }

    /// <summary>Has the output sent, and waits until there is room or, else, until none of it is borrowed.</summary>
    private ValueTask FlushAsync(bool forRoom)
    {
        lock (connection.Gate)
        {
            if (!_stopped)
            {
                connection.Flush();
            }

            ThrowIfStopped();
            _waitsForRoom = forRoom;
            return IsReady ? default : new(WaitAsync());
        }
    }

    private async Task WaitAsync()
    {
        while (true)
        {
            Task wait;
            lock (connection.Gate)
            {
                ThrowIfStopped();
                if (IsReady)
                {
                    return;
                }

                _waiter = new(connection.Loop.IsBackground
                    ? TaskCreationOptions.RunContinuationsAsynchronously
                    : TaskCreationOptions.None);
                wait = _waiter.Task;
            }

            await wait.ConfigureAwait(false);
        }
    }

    private void Finish()
    {
        lock (connection.Gate)
        {
            if (_stopped)
            {
                return;
            }

            if (_length is { } length && _written < length)
            {
                throw WrongLength($"{_written} bytes, fewer than its length of {length} says");
            }

            connection.Http.FinishBody(id, content.TrailersOrNull);
            IsRunning = false;
            connection.Flush();
        }
    }

    private void Uncork()
    {
        lock (connection.Gate)
        {
            if (!_stopped)
            {
                connection.Flush();
            }
        }
    }

    private void ThrowIfStopped()
    {
        if (_stopped)
        {
            throw new OperationCanceledException("The rest of the content is not wanted.", _stop.Token);
        }
    }

    private HttpRequestException WrongLength(string what) => new($"The content of the request has {what}.");
}
