namespace PollHttp.Core;

// The pump: I/O through the connection, in rounds, and what is handed out of them.
public sealed partial class PollClient
{
    private bool _isConsuming;
    private Pace _pace;

    /// <summary>
    /// Advances as far as it can without blocking: connects, sends, receives, meets deadlines, within the budget. Receiving pauses
    /// at <see cref="ConnectionLimits.ReceiveHighWater"/> unread bytes, so that a loop which reads in between may poll again at once.
    /// A loop that polls and reads once a frame gets that much a frame at most, however fast the link is:
    /// <see cref="PollBody"/> has no such bound.
    /// </summary>
    /// <param name="budget">How much to do; by default until it would block.</param>
    /// <returns>The new <see cref="Status"/>. In a failed status the same again: nothing is done.</returns>
    /// <remarks>
    /// Does not block, but with <see cref="BlockingMode"/>: then it returns when the status has changed, body bytes can be read, those of a request
    /// can be written, or only the application can make progress; the budget bounds each round of work, not the sleep.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public PollStatus Poll(PollBudget budget = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Pump(budget, null);
    }

    /// <summary>
    /// Advances like <see cref="Poll"/>, and hands the bytes of the response body to <paramref name="body"/> as they come,
    /// until it would block or the budget is spent. So one call a frame receives as fast as the link and the budget allow.
    /// </summary>
    /// <param name="budget">
    /// How much to do; a <see cref="TimeSpan"/> will do. It includes the time that <paramref name="body"/> takes, and is overrun by one
    /// call of it at most. Without a limit of time, a peer that sends faster than the body is consumed holds the call until its end.
    /// </param>
    /// <param name="body">
    /// Called zero or more times, inside this call, with the next bytes of the body. What it throws comes out of this method; the bytes
    /// are then not taken, and are handed out once more by the next call.
    /// </param>
    /// <returns>The new <see cref="Status"/>. The last byte of the body moves it on, as with the other forms of reading.</returns>
    /// <remarks>
    /// The content of every response comes here, that of an error too: look at <see cref="ResponseCode"/> first, which is there when the
    /// status becomes <see cref="PollStatus.Body"/>. With <see cref="BlockingMode"/> it also returns when bytes were handed out.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Called from within <paramref name="body"/>.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public PollStatus PollBody(PollBudget budget, BodyConsumer body)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(body);
        return Pump(budget, body);
    }

    private PollStatus Pump(PollBudget budget, BodyConsumer? body)
    {
        ThrowIfConsuming(nameof(Poll));
        PollStatus before = Status;
        if (!IsPumped)
        {
            return before;
        }

        bool consumed = Advance(budget, body);
        if (BlockingMode)
        {
            while (!consumed && Status == before && IsPumped && Status != PollStatus.Connected && !HasBodyBytes && !WantsRequestBody && _wait.Sleep(_connection!))
            {
                consumed = Advance(budget, body);
            }
        }

        if (Status == PollStatus.Body && _stage is RequestStage.UnderWay or RequestStage.Ended)
        {
            MoveTo(_stage == RequestStage.Ended ? RequestStage.EndedShown : RequestStage.BodyShown);
        }

        return Status;
    }

    private void ThrowIfConsuming(string member)
    {
        if (_isConsuming)
        {
            Misuse.Throw(member, "the bytes of the body are being handed out");
        }
    }

    private bool IsPumped => IsLive && _stage != RequestStage.Switched && Status != PollStatus.Disconnected;

    private bool HasBodyBytes => Status == PollStatus.Body && !Exchange.BodySlice.IsEmpty;

    /// <returns>Whether bytes of the body were handed out.</returns>
    private bool Advance(PollBudget budget, BodyConsumer? body)
    {
        if (_stage == RequestStage.Unsendable)
        {
            OnFault(_unsendable);
            return false;
        }

        bool wasIdle = Status == PollStatus.Connected;
        bool isTimed = budget.Time is not null;
        Instant now = isTimed ? _connection!.Now : default;
        Instant end = budget.Time is { } time ? now + time : Instant.Never;
        bool consumed = false;
        bool again;
        do
        {
            // A short read may have left more behind (a TLS record, a segment): go on until nothing moves.
            PollConnection connection = _connection!;
            connection.Poll(body is not null && isTimed ? PieceOf(budget, end - now) : budget);
            again = Drain() || connection.Progressed;
            if (body is not null && Consume(body, end))
            {
                consumed = true;
                again = true;
            }

            again = again && IsPumped && Status != PollStatus.Connected;
            if (isTimed)
            {
                Instant before = now;
                now = connection.Now;
                again = again && now < end;
                budget = budget with { Time = end - now };
                if (consumed)
                {
                    _pace.Note(connection.BytesMoved, now - before);
                }
            }
        }
        while (again && budget.Bytes is null);

        // An end found while idle shows now; one that came with the response shows at the next Poll, so that the status after
        // a response without content is Connected at least once.
        if (wasIdle && Status == PollStatus.Connected && !_connection!.IsReusable)
        {
            LeaveIdle();
        }

        return consumed;
    }

    /// <summary>What to receive before it is handed out: no more than there is time for.</summary>
    private PollBudget PieceOf(PollBudget budget, TimeSpan left) =>
        budget with { Bytes = Math.Min(budget.Bytes ?? long.MaxValue, _pace.PieceFor(left, SlabPool.MaxSize)) };

    /// <summary>Hands out what is there of the body, until <paramref name="end"/>.</summary>
    private bool Consume(BodyConsumer body, Instant end)
    {
        bool any = false;
        while (TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            PollConnection connection = _connection!;
            if (end != Instant.Never)
            {
                slice = slice[.._pace.PieceFor(end - connection.Now, slice.Length)];
            }

            _isConsuming = true;
            try
            {
                body(slice.Span);
            }
            finally
            {
                _isConsuming = false;
            }

            any = true;
            if (!ReferenceEquals(connection, _connection))
            {
                break; // closed by the consumer
            }

            AdvanceBody(slice.Length);
            if (end != Instant.Never && connection.Now >= end)
            {
                break;
            }
        }

        return any;
    }
}
