using static PollHttp.Core.Http2.StreamEvent;

namespace PollHttp.Core.Http2;

/// <summary>Specifies the states of a stream that a client begins (RFC 9113 §5.1). It is never reserved, and idle only before it
/// exists.</summary>
internal enum StreamState
{
    /// <summary>The state while both sides may send.</summary>
    Open,

    /// <summary>The state while only the peer may send.</summary>
    HalfClosedLocal,

    /// <summary>The state while only we may send.</summary>
    HalfClosedRemote,

    /// <summary>The state after both ends, or a reset.</summary>
    Closed,
}

/// <summary>Specifies the events of a stream.</summary>
internal enum StreamEvent
{
    /// <summary>The request was begun, and has content.</summary>
    BeginWithContent,

    /// <summary>The request was begun, and its content waits for an interim 100.</summary>
    BeginExpectContinue,

    /// <summary>The request was begun, and has no content.</summary>
    BeginWithoutContent,

    /// <summary>The content may be sent: an interim 100 came, the wait for it is over, or the application writes without it.</summary>
    Continue,

    /// <summary>The application ended the content.</summary>
    FinishContent,

    /// <summary>The application gave up the rest of the content, or the peer wants no more of it.</summary>
    AbandonContent,

    /// <summary>The END_STREAM of the request was put into the output.</summary>
    EndQueued,

    /// <summary>The final head came.</summary>
    FinalHead,

    /// <summary>The END_STREAM of the response came.</summary>
    EndReceived,

    /// <summary>The exchange failed: a reset of either side, or the end of the connection.</summary>
    Failure,

    /// <summary>The application gave up the exchange.</summary>
    Cancel,
}

/// <summary>
/// Defines every transition of a stream and of the two sides of its exchange. What is not in a table can't happen, or changes nothing if
/// the table says so.
/// </summary>
/// <remarks>
/// <code>
/// stream    Open ─► HalfClosedLocal ──┐        content   AwaitContinue ─► Body ─► Done
///            └───► HalfClosedRemote ──┴► Closed                 └──────────┴► MustClose (given up)
///                                              response  Head ─► Body ─► Done
/// </code>
/// The sides of the exchange say what the application may do; the stream says what the peer may still send, and whether it counts towards
/// the peer's limit. A content that was given up leaves the stream open until it is reset.
/// </remarks>
internal static class StreamTransitions
{
    /// <summary>Gets the state after an event; null if the event changes nothing.</summary>
    public static StreamState? Next(StreamState state, StreamEvent cause) => (state, cause) switch
    {
        (StreamState.Open, EndQueued) => StreamState.HalfClosedLocal,
        (StreamState.Open, EndReceived) => StreamState.HalfClosedRemote,
        (StreamState.HalfClosedLocal, EndReceived) => StreamState.Closed,
        (StreamState.HalfClosedRemote, EndQueued) => StreamState.Closed,
        (not StreamState.Closed, Failure or Cancel) => StreamState.Closed,
        _ => null,
    };

    /// <summary>Gets the state of the content after an event; null if the event is not possible.</summary>
    public static SendState? Next(SendState state, StreamEvent cause) => (state, cause) switch
    {
        (SendState.Idle, BeginWithContent) => SendState.Body,
        (SendState.Idle, BeginExpectContinue) => SendState.AwaitContinue,
        (SendState.Idle, BeginWithoutContent) => SendState.Done,
        (SendState.AwaitContinue, Continue) => SendState.Body,
        (SendState.AwaitContinue or SendState.Body, FinishContent) => SendState.Done,
        (SendState.AwaitContinue or SendState.Body, AbandonContent) => SendState.MustClose,
        (SendState.AwaitContinue or SendState.Body, Failure) => SendState.Failed,
        (_, Cancel) => SendState.Closed,
        _ => null,
    };

    /// <summary>Gets the state of the response after an event; null if the event is not possible.</summary>
    public static ReceiveState? Next(ReceiveState state, StreamEvent cause) => (state, cause) switch
    {
        (ReceiveState.Idle, BeginWithContent or BeginExpectContinue or BeginWithoutContent) => ReceiveState.Head,
        (ReceiveState.Head, FinalHead) => ReceiveState.Body,
        (ReceiveState.Body, EndReceived) => ReceiveState.Done,
        (ReceiveState.Head or ReceiveState.Body, Failure) => ReceiveState.Failed,
        (_, Cancel) => ReceiveState.Closed,
        _ => null,
    };
}
