using PollHttp.Exchanges;
using PollHttp.Streams;

namespace PollHttp.Connections;

/// <summary>
/// Represents the output of the connection to a content, for the length of one exchange. What is written stays borrowed until the connection
/// has released it.
/// </summary>
/// <remarks>
/// Thread safety: the content may write on any thread. All other members are for its <see cref="Upload"/>, which holds the lock of the
/// connection.
/// </remarks>
internal sealed partial class UploadSink(
    PooledConnection connection, Exchange exchange, RequestContent content, ContentFraming framing, long? length, ExchangeId id, CancellationTokenSource stop)
    : ContentSink, IBlockedCaller
{
    /// <summary>
    /// The most bytes that the writes of the content send in one go before the loop does it. Long enough to cost little, and short enough
    /// that other connections on the thread do not wait long.
    /// </summary>
    private const int MostInOneGo = 512 * 1024;

    private UploadWait? _wait;
    private int _sentInOneGo;
    private long _written;
    private UploadNeed _need;
    private bool _isAllSent; // when it was closed

    internal override bool KeepsContext => connection.Loop.KeepsContext;

    internal override bool IsVirtual => connection.Loop.IsVirtual;

    internal override TransportContext? TransportContext => connection.TransportContext;

    /// <summary>Gets how much of the content is still wanted.</summary>
    public SinkState State { get; private set; }

    /// <summary>Gets a value indicating whether every write fails, as the rest of the content is not wanted.</summary>
    public bool IsClosed => State == SinkState.Closed;

    /// <summary>Gets a value indicating whether content may be sent now. It may have to wait for a 100.</summary>
    public bool MayWrite => OnWire.SendState == SendState.Body || (OnWire.SendState == SendState.AwaitContinue && connection.HasEarlyResponse);

    /// <summary>Gets the exchange as the connection sees it.</summary>
    public HttpExchange OnWire => new(connection.Http, id);

    /// <summary>
    /// Gets a value indicating whether the connection holds memory of the content. It may do so in every state, also after a close.
    /// </summary>
    public bool HoldsMemory { get; private set; }

    /// <summary>Gets a value indicating whether a waiting write can go on.</summary>
    public bool IsWaitOver => _wait is { IsUnderWay: true } && IsReady;

    bool IBlockedCaller.IsOver => IsReady || MustLookAround;

    private bool IsReady => State switch
    {
        SinkState.Closed => true,
        SinkState.Whole => !HoldsMemory,
        _ => MayWrite && (_need == UploadNeed.Room ? OnWire.WriteRoom > 0 : !HoldsMemory),
    };

    /// <summary>Closes the sink: every further write fails, as the rest of the content is not wanted.</summary>
    public void Close()
    {
        _isAllSent |= !IsClosed && connection.IsOpened && connection.Http.IsContentSent(id);
        State = SinkState.Closed;
        OnProgress();
    }

    /// <summary>Records that the connection no longer holds what was written.</summary>
    public void OnReleased() => HoldsMemory = false;

    /// <summary>Begins or continues to run the content.</summary>
    /// <returns>The write to be resumed outside the lock, or null if none can go on.</returns>
    public UploadWait? BeginGo()
    {
        _sentInOneGo = 0;
        if (!IsWaitOver)
        {
            return null;
        }

        _wait!.End();
        return _wait;
    }

    /// <summary>Ends the content, all of which was written.</summary>
    /// <exception cref="HttpRequestException">Fewer bytes were written than the length says.</exception>
    public void Finish(HeaderList? trailers)
    {
        if (length is { } expected && _written < expected)
        {
            throw WrongLength($"{_written} bytes, fewer than its length of {expected} says");
        }

        if (State == SinkState.Open)
        {
            State = SinkState.Whole;
            connection.Http.FinishBody(id, trailers);
        }
    }

    /// <exception cref="OperationCanceledException">The sink is closed.</exception>
    public void ThrowIfClosed()
    {
        if (IsClosed)
        {
            throw new OperationCanceledException("The rest of the content is not wanted.", stop.Token);
        }
    }

    /// <exception cref="OperationCanceledException">The sink is closed. A write into a tunnel fails only if something of it was not sent.</exception>
    public void ThrowIfUnwritten()
    {
        if (!_isAllSent || content is not TunnelContent)
        {
            ThrowIfClosed();
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        if (exchange.Caller is not null)
        {
            return WriteAsync(new ReadOnlySequence<byte>(piece));
        }

        return TryWrite(piece) ? ReleasedAsync() : WriteLaterAsync(new(piece));
    }

    /// <summary>
    /// Writes pieces. In a blocking call every write blocks, since the thread of the call may be blocked in the code of the content. This
    /// thread then has to poll.
    /// </summary>
    public override ValueTask WriteAsync(ReadOnlySequence<byte> pieces)
    {
        if (exchange.Caller is not null)
        {
            WriteBlocking(pieces);
            return default;
        }

        return pieces.IsSingleSegment ? WriteAsync(pieces.First) : WriteLaterAsync(pieces);
    }

    public override void Write(ReadOnlyMemory<byte> piece) => Write(new ReadOnlySequence<byte>(piece));

    /// <summary>
    /// Writes pieces for a content that writes synchronously although it was asked not to. Blocks, unless only this thread could go on.
    /// </summary>
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

    private async ValueTask WriteLaterAsync(ReadOnlySequence<byte> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            while (!TryWrite(piece))
            {
                await FlushAsync(UploadNeed.Room).ConfigureAwait(false);
            }
        }

        await ReleasedAsync().ConfigureAwait(false);
    }

    private ValueTask ReleasedAsync() => FlushAsync(UploadNeed.Release);

    /// <summary>Writes a piece into the output of the connection. Nothing is sent yet.</summary>
    /// <returns>False if there is no room.</returns>
    private bool TryWrite(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return true; // a chunk without bytes would end the content
        }

        lock (connection.Lock)
        {
            ThrowIfClosed();
            if (length is { } most && _written + piece.Length > most)
            {
                throw WrongLength($"more bytes than its length of {most} says");
            }

            if (!MayWrite || connection.Write(id, piece) == 0)
            {
                return false;
            }

            _written += piece.Length;
            _sentInOneGo += piece.Length;
            HoldsMemory = true;
            if (framing.Kind == ContentFramingKind.Length && _written == framing.Length)
            {
                Finish(null); // a response from now on is not an early one
            }

            return true;
        }
    }

    /// <summary>
    /// Sends the output and waits until there is room or, for <see cref="UploadNeed.Release"/>, until none of it is borrowed.
    /// </summary>
    private ValueTask FlushAsync(UploadNeed need)
    {
        lock (connection.Lock)
        {
            ThrowIfClosed();
            if (_sentInOneGo >= MostInOneGo && connection.Loop is { IsBackground: true, IsLedHere: true })
            {
                connection.FlushLater();
            }
            else
            {
                connection.Flush();
                ThrowIfUnwritten();
            }

            _need = need;
            return IsReady ? default : (_wait ??= new(this)).Begin();
        }
    }

    private HttpRequestException WrongLength(string what) => new($"The content of the request ({content.Description}) has {what}.");
}
