using static PollHttp.Core.ReceiveEvent;
using static PollHttp.Core.SendEvent;

namespace PollHttp.Core;

/// <summary>Specifies what can happen to the sending side.</summary>
internal enum SendEvent
{
    BeginWithoutContent,
    BeginWithContent,
    BeginExpectContinue,
    BeginSwitch,
    ContinueReceived,
    ContinueTimeout,
    WriteContent,
    FinishContent,
    FinishContentSwitch,
    AbandonContent,
    SwitchAccepted,
    SwitchRefused,
    TransportLost,
    AbortExchange,
    ConnectionClosed,
    MustEnd,
    CycleComplete,
}

/// <summary>Specifies what can happen to the receiving side.</summary>
internal enum ReceiveEvent
{
    BeginExchange,
    StrayBytes,
    EndBetweenResponses,
    InterimHead,
    FinalHeadWithoutContent,
    FinalHeadWithContent,
    SwitchHead,
    BodyBytes,
    FramingComplete,
    EndCompletesBody,
    Break,
    TransportLostBetweenResponses,
    IdleDeadline,
    CloseConnection,
    MustStop,
    Cycle,
}

/// <summary>
/// Lists every transition of both sides. A transition that is not in a table can't happen, and a command that would cause it is refused.
/// </summary>
/// <remarks>
/// <code>
/// send      Idle ─► Body ─► Done ─┐            receive   Idle ─► Head ─► Body ─► Done ─┐
///            │  └► AwaitContinue  │                       ▲       └──────────────►┘    │
///            │        └► Body     │                       └──────── both done ─────────┘
///            └► MightSwitch ─► Switched
/// </code>
/// There are two kinds: those caused by an event, below, and the joint rules that follow from the two states together, in
/// <see cref="ConnectionState"/>. The sides are independent, since an early response and a half-closed connection are normal.
/// </remarks>
internal static class Transitions
{
    private static readonly SendState?[,] s_send = BuildSend();

    private static readonly ReceiveState?[,] s_receive = BuildReceive();

    /// <summary>Returns the state that the event leads to, or null if it is refused in that state.</summary>
    public static SendState? Next(SendState from, SendEvent cause) => s_send[(int)from, (int)cause];

    /// <inheritdoc cref="Next(SendState, SendEvent)"/>
    public static ReceiveState? Next(ReceiveState from, ReceiveEvent cause) => s_receive[(int)from, (int)cause];

    private static SendState?[,] BuildSend()
    {
        var table = new SendState?[(int)SendState.Failed + 1, (int)CycleComplete + 1];
        void Add(SendState from, SendEvent cause, SendState to) => table[(int)from, (int)cause] = to;

        Add(SendState.Idle, BeginWithoutContent, SendState.Done);
        Add(SendState.Idle, BeginWithContent, SendState.Body);
        Add(SendState.Idle, BeginExpectContinue, SendState.AwaitContinue);
        Add(SendState.Idle, BeginSwitch, SendState.MightSwitch);
        Add(SendState.AwaitContinue, ContinueReceived, SendState.Body);
        Add(SendState.AwaitContinue, ContinueTimeout, SendState.Body);
        Add(SendState.AwaitContinue, WriteContent, SendState.Body); // after a final head the caller may still send
        Add(SendState.AwaitContinue, AbandonContent, SendState.MustClose);
        Add(SendState.Body, WriteContent, SendState.Body);
        Add(SendState.Body, FinishContent, SendState.Done);
        Add(SendState.Body, FinishContentSwitch, SendState.MightSwitch);
        Add(SendState.Body, AbandonContent, SendState.MustClose);
        Add(SendState.MightSwitch, SwitchAccepted, SendState.Switched);
        Add(SendState.MightSwitch, SwitchRefused, SendState.Done);
        Add(SendState.Done, CycleComplete, SendState.Idle);

        foreach (SendState live in (SendState[])[SendState.Idle, SendState.AwaitContinue, SendState.Body, SendState.Done, SendState.MightSwitch])
        {
            Add(live, TransportLost, SendState.Failed);
            Add(live, AbortExchange, SendState.MustClose);
            Add(live, MustEnd, SendState.MustClose);
        }

        foreach (SendState any in Enum.GetValues<SendState>())
        {
            Add(any, ConnectionClosed, SendState.Closed);
        }

        return table;
    }

    private static ReceiveState?[,] BuildReceive()
    {
        var table = new ReceiveState?[(int)ReceiveState.Failed + 1, (int)Cycle + 1];
        void Add(ReceiveState from, ReceiveEvent cause, ReceiveState to) => table[(int)from, (int)cause] = to;

        Add(ReceiveState.Idle, BeginExchange, ReceiveState.Head);
        Add(ReceiveState.Idle, StrayBytes, ReceiveState.MustClose);
        Add(ReceiveState.Idle, EndBetweenResponses, ReceiveState.Closed);
        Add(ReceiveState.Idle, TransportLostBetweenResponses, ReceiveState.Closed);
        Add(ReceiveState.Idle, IdleDeadline, ReceiveState.Closed);
        Add(ReceiveState.Head, InterimHead, ReceiveState.Head);
        Add(ReceiveState.Head, FinalHeadWithoutContent, ReceiveState.Done);
        Add(ReceiveState.Head, FinalHeadWithContent, ReceiveState.Body);
        Add(ReceiveState.Head, SwitchHead, ReceiveState.Switched);
        Add(ReceiveState.Head, Break, ReceiveState.Failed);
        Add(ReceiveState.Body, BodyBytes, ReceiveState.Body);
        Add(ReceiveState.Body, FramingComplete, ReceiveState.Done);
        Add(ReceiveState.Body, EndCompletesBody, ReceiveState.Done);
        Add(ReceiveState.Body, Break, ReceiveState.Failed);
        Add(ReceiveState.Done, StrayBytes, ReceiveState.MustClose);
        Add(ReceiveState.Done, EndBetweenResponses, ReceiveState.Closed);
        Add(ReceiveState.Done, TransportLostBetweenResponses, ReceiveState.Closed);
        Add(ReceiveState.Done, Cycle, ReceiveState.Idle);

        foreach (ReceiveState live in (ReceiveState[])[ReceiveState.Idle, ReceiveState.Head, ReceiveState.Body, ReceiveState.Done])
        {
            Add(live, MustStop, ReceiveState.MustClose);
        }

        foreach (ReceiveState any in Enum.GetValues<ReceiveState>())
        {
            Add(any, CloseConnection, ReceiveState.Closed);
        }

        return table;
    }
}
