using System.Runtime.ExceptionServices;

namespace PollHttp;

/// <summary>
/// Waits for an exchange with the calling thread, which also writes the content of the request where that is not simply memory.
/// </summary>
internal sealed class SyncWaiter : SyncWait, IExchangeWaiter
{
    private volatile Exchange? _finished;
    private Upload? _upload;

    public override bool IsOver => _finished is not null || Volatile.Read(ref _upload) is not null;

    /// <summary>Sends, and blocks until the response head. Throws what the exchange failed with.</summary>
    public static Response Send(Exchange exchange)
    {
        SyncDrive drive = exchange.Engine.Loop.Sync!;
        SyncWaiter waiter = new();
        exchange.Start(waiter);
        return waiter.Wait(drive);
    }

    public void OnFinished(Exchange exchange)
    {
        _finished = exchange;
        Signal();
    }

    /// <summary>A content is to be written, by the thread of the call.</summary>
    public void Produce(Upload upload)
    {
        Volatile.Write(ref _upload, upload);
        Signal();
    }

    private Response Wait(SyncDrive drive)
    {
        while (true)
        {
            drive.Run(this);
            if (Interlocked.Exchange(ref _upload, null) is { } upload)
            {
                upload.RunBlocking();
            }
            else if (_finished is { } exchange)
            {
                return Outcome(exchange);
            }
        }
    }

    private static Response Outcome(Exchange exchange)
    {
        if (exchange.Error is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return exchange.Response ?? throw new OperationCanceledException(exchange.Token);
    }
}
