using System.Diagnostics;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Walks every pair of states that events can lead to, and tries every event in each.</summary>
public sealed class TransitionTests
{
    private static readonly SendEvent[] s_begin =
        [SendEvent.BeginWithoutContent, SendEvent.BeginWithContent, SendEvent.BeginExpectContinue, SendEvent.BeginSwitch];

    /// <summary>Events that only the joint rules cause.</summary>
    private static readonly SendEvent[] s_jointSend = [SendEvent.SwitchAccepted, SendEvent.MustEnd, SendEvent.CycleComplete];

    private static readonly ReceiveEvent[] s_jointReceive = [ReceiveEvent.BeginExchange, ReceiveEvent.MustStop, ReceiveEvent.Cycle];

    [Fact]
    public void Every_event_in_every_reachable_pair_of_states_is_in_the_table_or_refused_and_changes_nothing()
    {
        HashSet<(SendState, SendEvent)> usedSend = [];
        HashSet<(ReceiveState, ReceiveEvent)> usedReceive = [];
        foreach ((ConnectionState Make, Func<ConnectionState> Again) node in Reachable())
        {
            (SendState send, ReceiveState receive, CloseReasons reasons) = Snapshot(node.Make);
            foreach (SendEvent cause in Enum.GetValues<SendEvent>().Except(s_begin).Except(s_jointSend))
            {
                ConnectionState state = node.Again();
                if (Transitions.Next(send, cause) is null)
                {
                    Assert.False(state.Allows(cause));
                    Assert.Throws<UnreachableException>(() => state.Apply(cause));
                    Assert.Equal((send, receive, reasons), Snapshot(state));
                }
                else
                {
                    state.Apply(cause);
                    usedSend.Add((send, cause));
                }
            }

            foreach (ReceiveEvent cause in Enum.GetValues<ReceiveEvent>().Except(s_jointReceive))
            {
                ConnectionState state = node.Again();
                if (Transitions.Next(receive, cause) is null)
                {
                    Assert.Throws<UnreachableException>(() => state.Apply(cause));
                    Assert.Equal((send, receive, reasons), Snapshot(state));
                }
                else
                {
                    state.Apply(cause);
                    usedReceive.Add((receive, cause));
                }
            }
        }

        // No row of the table is dead.
        foreach (SendState state in Enum.GetValues<SendState>())
        {
            foreach (SendEvent cause in Enum.GetValues<SendEvent>().Except(s_begin).Except(s_jointSend))
            {
                Assert.True(Transitions.Next(state, cause) is null || usedSend.Contains((state, cause)), $"{cause} in {state} can't happen.");
            }
        }

        foreach (ReceiveState state in Enum.GetValues<ReceiveState>())
        {
            foreach (ReceiveEvent cause in Enum.GetValues<ReceiveEvent>().Except(s_jointReceive))
            {
                Assert.True(Transitions.Next(state, cause) is null || usedReceive.Contains((state, cause)), $"{cause} in {state} can't happen.");
            }
        }
    }

    [Fact]
    public void Every_state_can_be_reached_and_every_pair_obeys_the_joint_rules()
    {
        HashSet<SendState> sends = [];
        HashSet<ReceiveState> receives = [];
        foreach ((ConnectionState state, _) in Reachable())
        {
            sends.Add(state.Send);
            receives.Add(state.Receive);
            string pair = $"{state.Send} and {state.Receive} for {state.Reasons}";
            bool sendRests = state.Send is SendState.Idle or SendState.Done;
            bool receiveRests = state.Receive is ReceiveState.Idle or ReceiveState.Done;
            bool sendEnded = state.Send is SendState.MustClose or SendState.Closed or SendState.Failed;
            bool receiveEnded = state.Receive is ReceiveState.MustClose or ReceiveState.Closed or ReceiveState.Failed;

            Assert.True(state.Receive != ReceiveState.Switched || state.Send == SendState.Switched || sendEnded, pair);
            Assert.True(state.Receive == ReceiveState.Switched || state.Reasons == CloseReasons.None || !(sendRests || receiveRests), pair);
            Assert.True(state.Receive is not (ReceiveState.Failed or ReceiveState.Closed) || sendEnded || state.Send == SendState.Switched, pair);
            Assert.True(state.Send != SendState.Done || state.Receive != ReceiveState.Done, pair);
            Assert.Equal(sendEnded && receiveEnded, state.IsFinished);
        }

        Assert.Equal(Enum.GetValues<SendState>(), sends.Order());
        Assert.Equal(Enum.GetValues<ReceiveState>(), receives.Order());
    }

    [Fact]
    public void A_finished_pair_stays_finished_whatever_happens()
    {
        foreach ((ConnectionState finished, Func<ConnectionState> again) in Reachable().Where(n => n.State.IsFinished))
        {
            foreach (SendEvent cause in Enum.GetValues<SendEvent>().Where(finished.Allows))
            {
                ConnectionState state = again();
                state.Apply(cause);
                Assert.True(state.IsFinished);
            }

            foreach (ReceiveEvent cause in Enum.GetValues<ReceiveEvent>().Where(c => Transitions.Next(finished.Receive, c) is not null))
            {
                ConnectionState state = again();
                state.Apply(cause);
                Assert.True(state.IsFinished);
            }
        }
    }

    /// <summary>Breadth first, by replaying the events that led to each pair.</summary>
    private static List<(ConnectionState State, Func<ConnectionState> Again)> Reachable()
    {
        List<(ConnectionState, Func<ConnectionState>)> found = [];
        HashSet<(SendState, ReceiveState, CloseReasons)> seen = [];
        Queue<Action<ConnectionState>[]> paths = new([[]]);
        while (paths.TryDequeue(out Action<ConnectionState>[]? path))
        {
            ConnectionState Replay()
            {
                var made = new ConnectionState();
                foreach (Action<ConnectionState> step in path)
                {
                    step(made);
                }

                return made;
            }

            ConnectionState state = Replay();
            if (!seen.Add(Snapshot(state)))
            {
                continue;
            }

            found.Add((state, Replay));
            foreach (SendEvent cause in Enum.GetValues<SendEvent>().Except(s_jointSend).Where(state.Allows))
            {
                bool begins = s_begin.Contains(cause);
                if (!begins || state.Receive == ReceiveState.Idle)
                {
                    paths.Enqueue([.. path, s => Apply(s, cause, begins)]);
                }
            }

            foreach (ReceiveEvent cause in Enum.GetValues<ReceiveEvent>().Except(s_jointReceive))
            {
                // A switch is taken only where one was asked for: that is the reader's rule, not the table's.
                bool taken = cause != ReceiveEvent.SwitchHead || state.Send == SendState.MightSwitch;
                if (taken && Transitions.Next(state.Receive, cause) is not null)
                {
                    paths.Enqueue([.. path, s => s.Apply(cause)]);
                }
            }

            if (state.Reasons == CloseReasons.None)
            {
                paths.Enqueue([.. path, s => s.Add(CloseReasons.ServerAsked)]);
            }
        }

        return found;
    }

    private static void Apply(ConnectionState state, SendEvent cause, bool begins)
    {
        if (begins)
        {
            state.Begin(cause);
        }
        else
        {
            state.Apply(cause);
        }
    }

    private static (SendState Send, ReceiveState Receive, CloseReasons Reasons) Snapshot(ConnectionState state) =>
        (state.Send, state.Receive, state.Reasons);
}
