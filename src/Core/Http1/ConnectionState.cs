using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// Holds the two states of a connection and the rules that join them. The states change only by <see cref="Transitions"/>.
/// </summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed class ConnectionState
{
    public SendState Send { get; private set; }

    public ReceiveState Receive { get; private set; }

    public CloseReasons Reasons { get; private set; }

    /// <summary>Gets or sets a value indicating whether the end of the connection was reported. It is reported once.</summary>
    public bool IsCloseReported { get; private set; }

    public bool IsFinished =>
        Send is SendState.MustClose or SendState.Closed or SendState.Failed
        && Receive is ReceiveState.MustClose or ReceiveState.Closed or ReceiveState.Failed;

    public bool Allows(SendEvent cause) => Transitions.Next(Send, cause) is not null;

    public void Apply(SendEvent cause)
    {
        Send = Transitions.Next(Send, cause) ?? throw new UnreachableException($"{cause} in {Send}");
        Join();
    }

    public void Apply(ReceiveEvent cause)
    {
        Receive = Transitions.Next(Receive, cause) ?? throw new UnreachableException($"{cause} in {Receive}");
        Join();
    }

    /// <summary>Begins an exchange on both sides in one step, so that no joint rule sees an intermediate state.</summary>
    public void Begin(SendEvent cause)
    {
        Receive = Transitions.Next(Receive, ReceiveEvent.BeginExchange) ?? throw new UnreachableException($"Begin in {Receive}");
        Apply(cause);
    }

    public void Add(CloseReasons reason)
    {
        Reasons |= reason;
        Join();
    }

    public void ReportClose() => IsCloseReported = true;

    /// <summary>Applies the joint rules, in order of precedence, until nothing changes.</summary>
    private void Join()
    {
        while (true)
        {
            (SendState send, ReceiveState receive) = (Send, Receive);

            // 1, 2: a switch on the receiving side switches the sending side, and takes precedence over a close.
            if (Receive == ReceiveState.Switched)
            {
                Reasons |= CloseReasons.Switched;
                Move(SendEvent.SwitchAccepted);
                return;
            }

            if (Receive == ReceiveState.Failed || Send == SendState.Failed)
            {
                Reasons |= CloseReasons.Faulted;
            }

            // 3: any reason to close ends both sides as soon as nothing is in progress on them.
            if (Reasons != CloseReasons.None)
            {
                if (Send is SendState.Idle or SendState.Done)
                {
                    Move(SendEvent.MustEnd);
                }

                if (Receive is ReceiveState.Idle or ReceiveState.Done)
                {
                    Move(ReceiveEvent.MustStop);
                }
            }

            // 4: if nothing more can be received, there is no point in sending.
            if (Receive is ReceiveState.Failed or ReceiveState.Closed)
            {
                Move(SendEvent.MustEnd);
            }

            // 5 (a failed sending side stops an idle receiving side, but not a response in progress) follows from 3. 7: both sides are done
            // and there is no reason to close: the next exchange may begin.
            if (Send == SendState.Done && Receive == ReceiveState.Done)
            {
                Move(SendEvent.CycleComplete);
                Move(ReceiveEvent.Cycle);
            }

            if (send == Send && receive == Receive)
            {
                return;
            }
        }
    }

    private void Move(SendEvent cause) => Send = Transitions.Next(Send, cause) ?? Send;

    private void Move(ReceiveEvent cause) => Receive = Transitions.Next(Receive, cause) ?? Receive;

    private string DebuggerDisplay => $"send {Send}, receive {Receive}{(Reasons == CloseReasons.None ? "" : $", {Reasons}")}";
}
