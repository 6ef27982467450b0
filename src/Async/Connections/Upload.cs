using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Requests;
using PollHttp.Streams;

namespace PollHttp.Connections;

/// <summary>
/// Writes a content that is not simply memory to the connection, through an <see cref="UploadSink"/>. Begins it when it may be sent, stops it
/// when its rest is not wanted, and ends it.
/// </summary>
/// <remarks>
/// The head is held back until the content has written something or begun to wait, so that both are sent together. Thread safety: the
/// connection uses the properties and the members named On…, and holds its lock.
/// </remarks>
internal sealed class Upload : IContentSending, ICompletion, IThreadPoolWorkItem
{
    private readonly PooledConnection _connection;
    private readonly Exchange _exchange;
    private readonly RequestContent _content;
    private readonly UploadSink _sink;
    private readonly CancellationTokenSource _stop = new();
    private UploadStage _stage;
    private bool _canceled; // the token of the content was canceled; independent of the stage

    public Upload(PooledConnection connection, Exchange exchange, RequestContent content, ContentFraming framing, ExchangeId id)
    {
        _connection = connection;
        _exchange = exchange;
        _content = content;
        long? length = framing.Kind == ContentFramingKind.Length ? framing.Length : exchange.ContentLength;
        _sink = new(connection, exchange, content, framing, length, id, _stop);
    }

    /// <summary>
    /// Gets a value indicating whether the content is still being written. Its connection cannot serve the next exchange meanwhile.
    /// </summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>Gets a value indicating whether this is the sending side of a tunnel.</summary>
    public bool IsTunnel => _content is TunnelContent;

    /// <summary>Gets a value indicating whether the exchange still needs content from this upload.</summary>
    public bool IsNeeded => IsRunning && _sink.State == SinkState.Open;

    /// <summary>
    /// Gets a value indicating whether the thread of a blocking call writes the content. The call cannot return before the content has.
    /// </summary>
    public bool BlocksCaller => IsRunning && _exchange.Caller is not null;

    /// <summary>Gets a value indicating whether the connection still holds memory of the content.</summary>
    public bool HoldsMemory => _sink.HoldsMemory;

    /// <summary>Gets the exchange of the content.</summary>
    public Exchange Exchange => _exchange;

    public bool RunsUserCode => true;

    public ContinuationPolicy Policy => _connection.Continuations;

    /// <summary>Gets the deadline of its exchange.</summary>
    public Instant Deadline => _exchange.Deadline;

    /// <summary>Begins the content, unless it has to wait for a 100 (RFC 9110 §10.1.1).</summary>
    public void StartWhenDue()
    {
        if (_stage == UploadStage.Held && !_sink.IsClosed && _sink.MayWrite)
        {
            _stage = UploadStage.Entered;
            _content.Enter(this);
        }
    }

    /// <summary>Begins to run the content. No earlier attempt writes it any more.</summary>
    public void Begin()
    {
        if (_exchange.Caller is { } caller)
        {
            if (!caller.Produce(this))
            {
                Decline();
            }
        }
        else if (_connection.Loop.IsDisposed)
        {
            Decline();
        }
        else
        {
            _connection.Loop.Complete(this);
        }
    }

    /// <summary>
    /// Ends the upload unwritten, as nothing is left that would write it. The next request that waits for the content gets it.
    /// </summary>
    public void Decline()
    {
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // the lock of a connection may be held, and the next request has another
    }

    /// <summary>Cancels the token that the content was given. Its callbacks run on the thread pool.</summary>
    /// <remarks>Thread safety: any thread.</remarks>
    public void CancelSource() => _ = _stop.CancelAsync();

    /// <summary>Cancels a blocking call that has its response and is held up by the content.</summary>
    public void CancelCall()
    {
        if (BlocksCaller)
        {
            _exchange.Caller!.GiveUp();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        _connection.AbandonContent(this);
        End();
    }

    /// <summary>Begins the content, tells it to stop, or continues it. Called where user code may run.</summary>
    public void Complete()
    {
        UploadWait? wait;
        bool begins;
        bool cancel;
        lock (_connection.Lock)
        {
            begins = _stage != UploadStage.Running;
            _stage = UploadStage.Running;
            wait = _sink.BeginGo();
            cancel = _sink.IsClosed && !_canceled;
            _canceled |= cancel;
        }

        UserCode.Enter();
        try
        {
            if (begins)
            {
                _ = RunAsync();
            }

            wait?.Resume();

            if (cancel)
            {
                _stop.Cancel();
            }
        }
        finally
        {
            UserCode.Leave();
        }
    }

    /// <summary>Records that the connection no longer holds what was written.</summary>
    public void OnReleased() => _sink.OnReleased();

    /// <summary>Updates the upload after each pass of the connection.</summary>
    public void OnProgress()
    {
        if (StopIfRefused())
        {
            return;
        }

        StartWhenDue();
        _sink.OnProgress();
        if (_sink.IsWaitOver)
        {
            _connection.Loop.Complete(this);
        }
    }

    /// <summary>Stops the content where nothing more of it can be sent; a response may still come.</summary>
    /// <returns>Whether that is so.</returns>
    public bool StopIfRefused()
    {
        if (_sink.State == SinkState.Whole || _sink.OnWire.SendState is not (SendState.Failed or SendState.MustClose or SendState.Closed))
        {
            return false;
        }

        Stop();
        return true;
    }

    /// <summary>Stops the content, as its rest is not wanted.</summary>
    public void Stop()
    {
        IsRunning = false;
        if (_sink.IsClosed)
        {
            return;
        }

        _sink.Close();
        if (_stage != UploadStage.Running)
        {
            return; // not begun; if it begins later, it ends at once
        }

        if (_exchange.Caller is not null)
        {
            return; // its thread is here, or notices at its next write
        }

        _connection.Loop.Complete(this);
    }

    private async Task RunAsync()
    {
        try
        {
            lock (_connection.Lock)
            {
                _sink.ThrowIfClosed();
                _content.Use(_exchange.MayTryContentAgain);
            }

            ValueTask writing = _content.WriteToAsync(_sink, _stop.Token);
            if (!writing.IsCompleted)
            {
                Uncork();
            }

            await writing.ConfigureAwait(_sink.KeepsContext);
            Finish();
        }
        catch (OperationCanceledException) when (_sink.IsClosed)
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

    /// <summary>Runs the content on the calling thread, which has nothing else to do than wait for this exchange.</summary>
    public void RunBlocking()
    {
        try
        {
            lock (_connection.Lock)
            {
                _stage = UploadStage.Running;
                _sink.ThrowIfClosed();
                _content.Use(_exchange.MayTryContentAgain);
            }

            _content.WriteTo(_sink);
            Finish();
        }
        catch (OperationCanceledException) when (_sink.IsOver() || _stop.IsCancellationRequested)
        {
            // The content was told to stop a moment before the call ends.
            _connection.AbandonContent(this);
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
        lock (_connection.Lock)
        {
            if (!_sink.IsClosed)
            {
                _sink.Close();
                _connection.FailUpload(_exchange, error);
            }
        }
    }

    private void End()
    {
        lock (_connection.Lock)
        {
            _sink.Close();
            IsRunning = false;
        }

        if (_sink.Abandoned is { IsCompleted: false } writing)
        {
            writing.ContinueWith(
                static (_, content) => ((RequestContent)content!).Leave(),
                _content,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            return;
        }

        _content.Leave();
    }

    private void Finish()
    {
        lock (_connection.Lock)
        {
            if (_sink.IsClosed)
            {
                return;
            }

            _sink.Finish(_content.TrailersOrNull);
            IsRunning = false;
            _connection.Flush();
        }
    }

    private void Uncork()
    {
        lock (_connection.Lock)
        {
            if (!_sink.IsClosed)
            {
                _connection.Flush();
            }
        }
    }
}
