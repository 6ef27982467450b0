using System.Diagnostics;

namespace PollHttp.Core.Http2;

/// <summary>Specifies whether the outcome of an exchange has been reported.</summary>
internal enum StreamOutcome
{
    /// <summary>The exchange is under way, or its body has not been read.</summary>
    Pending,

    /// <summary>The end or the fault of the exchange is among the events.</summary>
    Due,

    /// <summary>The outcome was reported, or is of no interest since the exchange was given up.</summary>
    Reported,
}

/// <summary>Specifies whether the end of a content is in the output.</summary>
internal enum ContentEnd
{
    /// <summary>The content continues.</summary>
    Open,

    /// <summary>The content is finished, and END_STREAM is to follow what waits of it.</summary>
    Asked,

    /// <summary>The END_STREAM is in the output, or never will be.</summary>
    Settled,
}

/// <summary>Specifies independent facts about a stream, in addition to its states.</summary>
[Flags]
internal enum StreamMarks
{
    None = 0,

    /// <summary>The application has released the exchange.</summary>
    Released = 1,

    /// <summary>The stream refused a write, and the application waits to write.</summary>
    WriteRefused = 1 << 1,

    /// <summary>The application wrote memory whose release has not been reported.</summary>
    OwesRelease = 1 << 2,

    /// <summary>The exchange was counted as completed.</summary>
    Counted = 1 << 3,

    /// <summary>The timers are to be set, as a call without a time asked for.</summary>
    ClockDue = 1 << 4,

    /// <summary>The stream has content to send, and a window to send it in.</summary>
    InSendRing = 1 << 5,

    /// <summary>The stream is in the ring of those that have or had events.</summary>
    InEventRing = 1 << 6,

    /// <summary>Content was dropped before it was sent.</summary>
    ContentDropped = 1 << 7,

    /// <summary>The timers for a silent and for a slow peer are to be set, as the application has read all.</summary>
    PeerAwaited = 1 << 8,
}

/// <summary>Represents one exchange and its stream. Only its connection changes it, and reuses it for later exchanges.</summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed class Http2Stream
{
    public ExchangeId Id { get; set; }

    public int StreamId { get; set; }

    public StreamState State { get; private set; }

    public SendState Send { get; private set; }

    /// <summary>Gets or sets the number of places at the peer that other streams had when this one began.</summary>
    public int PlacesBefore { get; set; }

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

    /// <summary>Gets a value indicating whether any part of a response came.</summary>
    public bool HasResponse => HeadBytes > 0 || Times.FirstByte != Instant.Never;

    /// <summary>Gets a value indicating whether the application has released the exchange.</summary>
    public bool IsReleased => Has(StreamMarks.Released);

    // Sending.

    public ContentFraming Content { get; set; }

    public long ContentLeft { get; set; }

    public ContentEnd End { get; set; }

    public HeaderList? RequestTrailers { get; set; }

    /// <summary>Gets the pieces that the application wrote and that are not yet in frames.</summary>
    public Queue<ReadOnlyMemory<byte>> Pieces { get; } = new();

    /// <summary>Gets or sets the number of octets of the first piece that are in frames.</summary>
    public int PieceOffset { get; set; }

    public long PendingBytes { get; set; }

    /// <summary>Gets or sets the number of octets of content in the output.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Gets or sets the number of pieces of callers' memory in the output.</summary>
    public int BorrowedPieces { get; set; }

    /// <summary>Gets or sets the number of frames of this stream in the output.</summary>
    public int QueuedFrames { get; set; }

    /// <summary>Gets or sets the urgency of the content (RFC 9218 §4.1). Only <see cref="SendScheduler"/> may change it while the stream can
    /// send.</summary>
    public int Urgency { get; set; } = PriorityField.DefaultUrgency;

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

    /// <summary>Gets or sets the number of octets that the peer may still send.</summary>
    public long ReceiveWindow { get; set; }

    /// <summary>Gets or sets the part of the connection's budget that is reserved.</summary>
    public int WindowSize { get; set; }

    /// <summary>Gets or sets the number of octets of the body that had come when growth of the window was last considered.</summary>
    public long BodyAtGrowth { get; set; }

    /// <summary>Gets or sets the number of octets read for which the peer has received no credit.</summary>
    public long Credit { get; set; }

    /// <summary>Gets or sets the number of unread octets at the front of the body that are counted as read.</summary>
    public long CreditedAhead { get; set; }

    // Events.

    public int Events { get; set; }

    public Http2Stream? NextWithEvents { get; set; }

    public Http2Stream? NextToSend { get; set; }

    public Http2Stream? PreviousToSend { get; set; }

    /// <summary>Gets a value indicating whether memory of the caller is still needed.</summary>
    public bool HoldsBorrowed => BorrowedPieces > 0 || Pieces.Count > 0;

    public bool HasFinalHead => Final.StatusCode != 0;

    public long Unsent => PendingBytes + QueuedBytes;

    /// <summary>Gets a value indicating whether the application can write.</summary>
    public bool AwaitsContent => Send == SendState.Body ? Unsent < Limits.SendHighWater : Send == SendState.AwaitContinue && HasFinalHead;

    /// <summary>Gets a value indicating whether the exchange is under way: its outcome has not been reported, or its content is not
    /// finished.</summary>
    public bool IsUnderWay => Outcome != StreamOutcome.Reported || Send is SendState.AwaitContinue or SendState.Body;

    /// <summary>Gets a value indicating whether only the table of streams still refers to the object.</summary>
    public bool IsFree => IsReleased && State == StreamState.Closed && Events == 0 && QueuedFrames == 0 && BorrowedPieces == 0 && !Has(StreamMarks.InSendRing | StreamMarks.ClockDue | StreamMarks.InEventRing);

    public bool Has(StreamMarks mark) => (Marks & mark) != 0;

    public void Mark(StreamMarks mark) => Marks |= mark;

    /// <summary>Removes marks.</summary>
    /// <returns>True if one of them was set.</returns>
    public bool Unmark(StreamMarks mark)
    {
        bool had = Has(mark);
        Marks &= ~mark;
        return had;
    }

    /// <summary>Resets the object for a new exchange.</summary>
    public void Reset()
    {
        Debug.Assert(Events == 0 && QueuedFrames == 0 && BorrowedPieces == 0 && Body.Length == 0, "A stream is reused too early.");
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
        Urgency = PriorityField.DefaultUrgency;
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
        InterimCount = 0;
        Rate = default;
    }

    /// <summary>Applies an event to the stream and to both sides of its exchange.</summary>
    /// <returns>True if the event closed the stream.</returns>
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
