namespace PollHttp.Core;

// The pump: I/O through the connection, in rounds, and the delivery of the body.
public sealed partial class PollClient
{
    private bool _isConsuming;
    private Pace _pace;

    /// <summary>
    /// Makes as much progress as possible without blocking, within the budget: connects, sends, receives, handles deadlines. Receiving
    /// pauses at <see cref="ConnectionLimits.ReceiveHighWater"/> unread bytes. A loop that polls and reads once per frame gets at most that
    /// much per frame, however fast the link is; <see cref="PollBody"/> has no such limit.
    /// </summary>
    /// <param name="budget">How much work to do; by default until it would block.</param>
    /// <returns>The new <see cref="Status"/>. In a failed status nothing is done and the status stays.</returns>
    /// <remarks>
    /// Blocks only with <see cref="BlockingMode"/>: then it returns when the status has changed, body bytes can be read, bytes of a request
    /// body can be written, or only the application can make progress. The budget limits each round of work, not the wait.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public PollStatus Poll(PollBudget budget = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Pump(budget, null);
    }

    /// <summary>
    /// Advances like <see cref="Poll"/>, and passes the bytes of the response body to <paramref name="body"/> as they arrive, until it
    /// would block or the budget is spent. So one call per frame receives as fast as the link and the budget allow.
    /// </summary>
    /// <param name="budget"> How much work to do; can be a <see cref="TimeSpan"/>. It includes the time that <paramref name="body"/> takes,
    /// and is exceeded by at most one call of it. Without a time limit, a peer that sends faster than the body is consumed keeps the call
    /// running until the end of the body. </param>
    /// <param name="body"> Called zero or more times, inside this call, with the next bytes of the body. An exception from it leaves this
    /// method; the bytes then count as not consumed, and the next call passes them again. </param>
    /// <returns>The new <see cref="Status"/>. The last byte of the body advances it, as with the other ways of reading.</returns>
    /// <remarks>
    /// The content of every response is passed here, including that of an error status: check <see cref="ResponseCode"/> first, which is
    /// available when the status becomes <see cref="PollStatus.Body"/>. With <see cref="BlockingMode"/> the call also returns when bytes
    /// were passed.
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

    /// <returns>Whether bytes of the body were passed to the consumer.</returns>
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
            // A short read may have left more data (a TLS record, a segment): continue until nothing moves.
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

        // An end found while idle shows now; an end that arrived with the response shows at the next Poll, so that the status after a
        // response without content is Connected at least once.
        if (wasIdle && Status == PollStatus.Connected && !_connection!.IsReusable)
        {
            LeaveIdle();
        }

        return consumed;
    }

    /// <summary>Returns the budget for receiving the next piece: no more than there is time for.</summary>
    private PollBudget PieceOf(PollBudget budget, TimeSpan left) =>
        budget with { Bytes = Math.Min(budget.Bytes ?? long.MaxValue, _pace.PieceFor(left, SlabPool.MaxSize)) };

    /// <summary>Passes the available body to the consumer, until <paramref name="end"/>.</summary>
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
