namespace PollHttp.Connections;

// The sink of a blocking call. A thread that has to wait polls the connection. It is the thread of the call or, if the content goes on
// elsewhere after an await, the first thread to wait. Only one thread polls at a time. Another waits until that one has what it wants.
internal sealed partial class UploadSink
{
    private PollingPlace _place;
    private bool _isTimed; // the token is set to the deadline, at most once

    private bool MustLookAround => IsClosed || exchange.Caller is { HasCallbacks: true } or { IsGivenUp: true };

    /// <summary>Gets the task of a content that continued to wait when no more of it was wanted, or null.</summary>
    public Task? Abandoned { get; private set; }

    internal override CancellationToken Stopped => stop.Token;

    /// <summary>Determines whether no more of the content is wanted. Gives up the exchange if its call or its time is over.</summary>
    public bool IsOver()
    {
        LeaveIfGivenUp();
        lock (connection.Lock)
        {
            if (!IsClosed)
            {
                connection.CheckDeadline();
            }

            return IsClosed;
        }
    }

    /// <summary>Wakes threads that wait for the connection. Called after each pass.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public void OnProgress()
    {
        _place.Wake(connection.Lock);
        if (exchange.Caller is not null)
        {
            connection.WakeSharer();
        }
    }

    internal override void WatchTime()
    {
        if (_isTimed || exchange.Caller is null || connection.Loop.IsVirtual || exchange.Deadline == Instant.Never)
        {
            return;
        }

        _isTimed = true;
        TimeSpan left = exchange.Deadline - connection.Loop.Now;
        stop.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left + TimeSpan.FromMilliseconds(1)); // never before the deadline
    }

    internal override void WaitFor(Task writing)
    {
        if (exchange.Caller is null)
        {
            base.WaitFor(writing);
            return;
        }

        if (!writing.IsCompleted)
        {
            Flush();
            TaskWait wait = new(this, writing);
            writing.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(wait.Wake);
            while (!writing.IsCompleted && !IsOver())
            {
                PollUntil(wait);
            }

            if (!writing.IsCompleted)
            {
                stop.Cancel();
                Abandon(writing);
            }
        }

        writing.GetAwaiter().GetResult();
    }

    /// <exception cref="OperationCanceledException">The content continues to wait, although no more of it is wanted.</exception>
    private void Abandon(Task writing)
    {
        if (writing.IsCompleted)
        {
            return;
        }

        writing.ContinueWith(
            static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        connection.WakeCaller();
        lock (connection.Lock)
        {
            Abandoned = writing;
            _place.WaitUntilFree(connection.Lock); // another thread is about to leave the connection, which has one poller
            ThrowIfClosed();
        }
    }

    private void WriteBlocking(ReadOnlySequence<byte> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            LeaveIfGivenUp();
            while (!TryWrite(piece))
            {
                FlushBlocking(UploadNeed.Room);
            }
        }

        FlushBlocking(UploadNeed.Release);
    }

    private void FlushBlocking(UploadNeed need)
    {
        lock (connection.Lock)
        {
            ThrowIfClosed();
            connection.Flush();
            connection.CheckDeadline();
            ThrowIfClosed();
            _need = need;
        }

        PollUntil(this);
        lock (connection.Lock)
        {
            ThrowIfClosed();
        }
    }

    private void Flush()
    {
        lock (connection.Lock)
        {
            if (!IsClosed)
            {
                connection.Flush();
            }
        }
    }

    /// <summary>Polls the connection, or waits for the thread that does. Makes the callbacks that are due meanwhile.</summary>
    private void PollUntil(IBlockedCaller goal)
    {
        do
        {
            if (BeginPolling(goal))
            {
                try
                {
                    connection.PollFor(goal);
                }
                finally
                {
                    EndPolling();
                }
            }

            LeaveIfGivenUp();
        }
        while (exchange.Caller!.TryCallBack());
    }

    /// <summary>Takes the right to poll the connection.</summary>
    /// <returns>False if another thread polls and what this one waits for has arrived.</returns>
    private bool BeginPolling(IBlockedCaller goal)
    {
        lock (connection.Lock)
        {
            return _place.TryTake(connection.Lock, goal);
        }
    }

    private void EndPolling()
    {
        lock (connection.Lock)
        {
            _place.Leave(connection.Lock);
        }
    }

    private void LeaveIfGivenUp()
    {
        if (exchange.Caller is not { IsGivenUp: true })
        {
            return;
        }

        exchange.Withdraw();
        lock (connection.Lock)
        {
            Close();
        }
    }

    private void WakeAll()
    {
        lock (connection.Lock)
        {
            OnProgress();
        }

        connection.WakeCaller();
    }

    /// <summary>Represents the wait of a content for something other than the connection.</summary>
    private sealed class TaskWait(UploadSink sink, Task writing) : IBlockedCaller
    {
        public bool IsOver => writing.IsCompleted || sink.MustLookAround;

        public void Wake() => sink.WakeAll();
    }
}
