using System.Diagnostics;

namespace PollHttp.Core.Http2;

/// <summary>What is still to be said of how an exchange came out.</summary>
internal enum StreamOutcome
{
    /// <summary>When it is under way, or what came of it has not been read.</summary>
    Pending,

    /// <summary>When its end or its fault waits among the events.</summary>
    Due,

    /// <summary>When that was reported, or is of no interest since the exchange was given up.</summary>
    Reported,
}

/// <summary>How the end of a content is put into the output.</summary>
internal enum ContentEnd
{
    /// <summary>When the content goes on.</summary>
    Open,

    /// <summary>When END_STREAM is to follow the content that waits.</summary>
    Asked,

    /// <summary>When END_STREAM is in the output, or never will be.</summary>
    Settled,
}

/// <summary>What is true of a stream beside its states; each independent of the others.</summary>
[Flags]
internal enum StreamMarks
{
    None = 0,

    /// <summary>The application has released the exchange.</summary>
    Released = 1,

    /// <summary>A write was refused, and its writer waits.</summary>
    WriteRefused = 1 << 1,

    /// <summary>Memory was written, and its release has not been reported.</summary>
    OwesRelease = 1 << 2,

    /// <summary>The exchange was counted as completed.</summary>
    Counted = 1 << 3,

    /// <summary>A call that knows no time asked for clocks to be set.</summary>
    ClockDue = 1 << 4,

    /// <summary>It has content to send, and a window to send it in.</summary>
    InSendRing = 1 << 5,

    /// <summary>It is among those that have events, or had them.</summary>
    InEventRing = 1 << 6,
}

/// <summary>One exchange and its stream. Changes only by its connection; used again for later exchanges.</summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed class Http2Stream
{
    public ExchangeId Id { get; set; }

    public int StreamId { get; set; }

    public StreamState State { get; private set; }

    public SendState Send { get; private set; }

    public ReceiveState Receive { get; private set; }

    public ExchangeOptions Options { get; set; } = ExchangeOptions.Default;

    public ConnectionLimits Limits => Options.Limits;

    public ConnectionTimeouts Timeouts => Options.Timeouts;

    public HeadTraits Traits { get; set; }

    public TimerTable Timers { get; } = new();

    public ExchangeTimes Times { get; set; } = new();

    public Fault Fault { get; set; }

    public StreamOutcome Outcome { get; set; }

    public StreamMarks Marks { get; private set; }

    /// <summary>Gets a value indicating whether any of a response came.</summary>
    public bool HasResponse => HeadBytes > 0 || Times.FirstByte != Instant.Never;

    /// <summary>Gets a value indicating whether the application has released the exchange.</summary>
    public bool IsReleased => Has(StreamMarks.Released);

    // Sending.

    public ContentFraming Content { get; set; }

    public long ContentLeft { get; set; }

    public ContentEnd End { get; set; }

    public HeaderList? RequestTrailers { get; set; }

    /// <summary>Gets what the application wrote and no frame has taken.</summary>
    public Queue<ReadOnlyMemory<byte>> Pieces { get; } = new();

    /// <summary>Gets or sets how much of the first piece frames have taken.</summary>
    public int PieceOffset { get; set; }

    public long PendingBytes { get; set; }

    /// <summary>Gets or sets the octets of content in the output.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Gets or sets the pieces of callers' memory in the output.</summary>
    public int BorrowedPieces { get; set; }

    /// <summary>Gets or sets the frames of this stream in the output.</summary>
    public int QueuedFrames { get; set; }

    public long SendWindow { get; set; }

    public long RequestBytesSent { get; set; }

    public long RequestHeadBytes { get; set; }

    // Receiving.

    public BodyRuns Body { get; } = new();

    public ResponseHead Final { get; } = new();

    public ResponseHead Trailers { get; } = new();

    /// <summary>Gets the interim heads that have not been reported.</summary>
    public Queue<ResponseHead> Interims { get; } = new();

    /// <summary>Gets or sets the head that was reported last.</summary>
    public ResponseHead? Reported { get; set; }

    public long HeadBytes { get; set; }

    public int InterimCount { get; set; }

    public long BodyReceived { get; set; }

    public long Examined { get; set; }

    public RateWatch Rate;

    /// <summary>Gets or sets how much more the peer may send.</summary>
    public long ReceiveWindow { get; set; }

    /// <summary>Gets or sets how much of the connection's budget is reserved.</summary>
    public int WindowSize { get; set; }

    /// <summary>Gets or sets how much of the body had come when the window was last looked at for growth.</summary>
    public long BodyAtGrowth { get; set; }

    /// <summary>Gets or sets the octets read that the peer has not been told of.</summary>
    public long Credit { get; set; }

    /// <summary>Gets or sets the unread octets at the front of the body that are counted as read.</summary>
    public long CreditedAhead { get; set; }

    /// <summary>Gets or sets what unread small frames took from the budget for floods.</summary>
    public int SmallFrames { get; set; }

    // Events.

    public int Events { get; set; }

    public Http2Stream? NextWithEvents { get; set; }

    public Http2Stream? NextToSend { get; set; }

    public Http2Stream? PreviousToSend { get; set; }

    /// <summary>Gets a value indicating whether memory of the caller is needed.</summary>
    public bool HoldsBorrowed => BorrowedPieces > 0 || Pieces.Count > 0;

    public bool HasFinalHead => Final.StatusCode != 0;

    public long Unsent => PendingBytes + QueuedBytes;

    /// <summary>Gets a value indicating whether the application can write.</summary>
    public bool AwaitsContent => Send == SendState.Body ? Unsent < Limits.SendHighWater : Send == SendState.AwaitContinue && HasFinalHead;

    /// <summary>Gets a value indicating whether the exchange goes on: neither its response nor its request is over.</summary>
    public bool IsUnderWay => Outcome != StreamOutcome.Reported || Send is SendState.AwaitContinue or SendState.Body;

    /// <summary>Gets a value indicating whether nothing refers to the object any more but the table.</summary>
    public bool IsFree => IsReleased && State == StreamState.Closed && Events == 0 && QueuedFrames == 0 && BorrowedPieces == 0 && !Has(StreamMarks.InSendRing | StreamMarks.ClockDue | StreamMarks.InEventRing);

    public bool Has(StreamMarks mark) => (Marks & mark) != 0;

    public void Mark(StreamMarks mark) => Marks |= mark;

    /// <summary>Takes marks away.</summary>
    /// <returns>Whether one of them was there.</returns>
    public bool Unmark(StreamMarks mark)
    {
        bool had = Has(mark);
        Marks &= ~mark;
        return had;
    }

    /// <summary>Makes the object fit for a new exchange.</summary>
    public void Reset()
    {
        Debug.Assert(Events == 0 && QueuedFrames == 0 && BorrowedPieces == 0 && Body.Length == 0, "A stream is used again too early.");
        State = StreamState.Open;
        Send = SendState.Idle;
        Receive = ReceiveState.Idle;
        Traits = HeadTraits.None;
        Timers.StopAll();
        Times = new();
        Fault = default;
        Outcome = StreamOutcome.Pending;
        Marks = StreamMarks.None;
        Content = default;
        ContentLeft = 0;
        End = ContentEnd.Open;
        RequestTrailers = null;
        Pieces.Clear();
        PieceOffset = 0;
        PendingBytes = QueuedBytes = 0;
        RequestBytesSent = RequestHeadBytes = 0;
        Final.Reset();
        Trailers.Reset();
        Interims.Clear();
        Reported = null;
        HeadBytes = BodyReceived = BodyAtGrowth = Examined = Credit = CreditedAhead = 0;
        InterimCount = SmallFrames = 0;
        Rate = default;
    }

    /// <summary>Applies an event to the stream and to both sides, where it changes them.</summary>
    /// <returns>Whether the stream was closed by it.</returns>
    public bool Apply(StreamEvent cause)
    {
        StreamState before = State;
        State = StreamTransitions.Next(State, cause) ?? State;
        Send = StreamTransitions.Next(Send, cause) ?? Send;
        Receive = StreamTransitions.Next(Receive, cause) ?? Receive;
        return State == StreamState.Closed && before != StreamState.Closed;
    }

    public bool Allows(StreamEvent cause) => StreamTransitions.Next(Send, cause) is not null;

    private string DebuggerDisplay => $"stream {StreamId}: {State}";
}
