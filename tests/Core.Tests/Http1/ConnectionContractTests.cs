using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What a driver and an application may rely on, in every situation.</summary>
public sealed class ConnectionContractTests
{
    private static readonly Dictionary<string, Action<Situation>> s_commands = new()
    {
        ["Begin"] = s => s.Http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, s.Now),
        ["Begin bad"] = s => s.Http.Begin(new RequestHead { IsHttp10 = true }, ContentFraming.Chunked, s.Now),
        ["Write"] = s => s.Http.Write(s.Exchange, new byte[1]),
        ["Write too much"] = s => s.Http.Write(s.Exchange, new byte[6]),
        ["Write other"] = s => s.Http.Write(new(99), new byte[1]),
        ["Finish"] = s => s.Http.FinishBody(s.Exchange),
        ["Finish other"] = s => s.Http.FinishBody(new(99)),
        ["Abandon"] = s => s.Http.AbandonBody(s.Exchange),
        ["Abandon other"] = s => s.Http.AbandonBody(new(99)),
        ["Consume"] = s => s.Http.ConsumeBody(s.Exchange, 1),
        ["Consume other"] = s => s.Http.ConsumeBody(new(99), 0),
        ["Consume negative"] = s => s.Http.ConsumeBody(s.Exchange, -1),
        ["Examine"] = s => s.Http.ExamineBody(s.Exchange, 1),
        ["Examine too much"] = s => s.Http.ExamineBody(s.Exchange, 6),
        ["Abort"] = s => s.Http.Abort(s.Exchange),
        ["Abort other"] = s => s.Http.Abort(new(99)),
        ["TakeTunnel"] = s => s.Http.TakeTunnel(),
        ["AdvanceSent too much"] = s => s.Http.AdvanceSent(1_000_000, s.Now),
        ["Commit too much"] = s => s.Http.CommitReceived(1_000_000, s.Now),
        ["Commit negative"] = s => s.Http.CommitReceived(-1, s.Now),
        ["ResponseHead"] = s => _ = s.Http.Latest().ResponseHead,
    };

    public static TheoryData<string> Situations => new(Situation.Names);

    [Theory]
    [MemberData(nameof(Situations))]
    public void Misuse_throws_and_changes_nothing(string name)
    {
        foreach ((string command, Action<Situation> call) in s_commands)
        {
            Situation situation = Situation.Make(name);
            string before = situation.Snapshot();
            try
            {
                call(situation);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException)
            {
                Assert.True(before == situation.Snapshot(), $"{command}: {before}\nbecame\n{situation.Snapshot()}");
                Assert.Equal(EventKind.None, situation.Http.Poll(situation.Now).Kind);
                continue;
            }

            Assert.DoesNotContain("other", command, StringComparison.Ordinal);
            Assert.DoesNotContain("bad", command, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("idle", "Begin")]
    [InlineData("used", "Begin")]
    [InlineData("unsent", "Abort")]
    [InlineData("waiting", "Abort")]
    [InlineData("awaiting 100", "Write, Write too much, Abandon, Abort")]
    [InlineData("refused 100", "Write, Abandon, Abort")]
    [InlineData("uploading", "Write, Abandon, Abort")]
    [InlineData("uploading chunks", "Write, Write too much, Finish, Abandon, Abort")]
    [InlineData("early response", "Write, Abandon, Consume, Examine, Abort")]
    [InlineData("in body", "Abort")]
    [InlineData("body unread", "Consume, Examine, Abort")]
    [InlineData("all received", "Consume, Examine, Abort")]
    [InlineData("abandoned", "Abort")]
    [InlineData("send failed", "Abort")]
    [InlineData("failed", "")]
    [InlineData("failed unread", "Consume, Examine, Abort")]
    [InlineData("stray bytes", "")]
    [InlineData("ended", "")]
    [InlineData("closed", "")]
    [InlineData("upgraded", "Abort, TakeTunnel")]
    [InlineData("tunnel taken", "")]
    public void Each_situation_allows_its_commands_and_no_others(string name, string allowed)
    {
        List<string> worked = [];
        foreach ((string command, Action<Situation> call) in s_commands)
        {
            if (command is "ResponseHead" || command.StartsWith("Commit", StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                call(Situation.Make(name));
                worked.Add(command);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException)
            {
            }
        }

        Assert.Equal(allowed, string.Join(", ", worked));
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Polling_again_says_nothing_new_and_changes_no_want(string name)
    {
        Situation situation = Situation.Make(name);
        string before = situation.Snapshot();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(default, situation.Http.Poll(situation.Now));
            situation.Http.HandleDeadline(situation.Now);
        }

        Assert.Equal(before, situation.Snapshot());
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Whoever_is_not_finished_wants_something_and_whoever_is_wants_nothing(string name)
    {
        bool finished = name is "failed" or "stray bytes" or "ended" or "closed" or "tunnel taken";
        Assert.Equal(finished, Situation.Make(name).Http.Wants == Wants.Nothing);
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Satisfying_a_want_changes_something(string name)
    {
        Wants wants = Situation.Make(name).Http.Wants;
        if (wants.Readable)
        {
            Situation situation = Situation.Make(name);
            Assert.False(situation.Http.GetReceiveBuffer().IsEmpty);
            situation.Http.ReceiveEnd(EndKind.Clean);
            situation.Drain();
            Assert.False(situation.Http.Wants.Readable);
        }

        if (wants.Writable)
        {
            Situation situation = Situation.Make(name);
            situation.Http.AdvanceSent(situation.Http.GetOutput().Length, situation.Now);
            Assert.False(situation.Http.Wants.Writable);
        }

        if (wants.Application)
        {
            string before = Situation.Make(name).Snapshot();
            Assert.Contains(s_commands, c =>
            {
                Situation situation = Situation.Make(name);
                try
                {
                    c.Value(situation);
                }
                catch (Exception e) when (e is InvalidOperationException or ArgumentException)
                {
                    return false;
                }

                return c.Key != "Abort" && situation.Snapshot() != before;
            });
        }

        if (wants.Deadline != Instant.Never)
        {
            Situation situation = Situation.Make(name);
            situation.Http.HandleDeadline(wants.Deadline);
            while (situation.Http.Poll(wants.Deadline).Kind != EventKind.None)
            {
            }

            Assert.NotEqual(wants, situation.Http.Wants);
            Assert.True(situation.Http.Wants.Deadline > wants.Deadline);
        }
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("stray bytes")]
    [InlineData("ended")]
    [InlineData("closed")]
    public void A_finished_connection_absorbs_everything(string name)
    {
        Situation situation = Situation.Make(name);
        Http1Connection http = situation.Http;
        (FaultKind fault, SendState send, ReceiveState receive) = (http.Fault.Kind, http.SendState, http.ReceiveState);
        foreach (Action input in new Action[]
        {
            () => Assert.True(http.GetReceiveBuffer().IsEmpty),
            () => http.CommitReceived(10, situation.Now),
            () => http.ReceiveEnd(EndKind.NoCloseNotify),
            () => http.TransportFailed(TransportDirection.Receive, new(TransportError.Reset, null)),
            () => http.TransportFailed(TransportDirection.Send, new(TransportError.Reset, null)),
            () => http.AdvanceSent(0, situation.Now),
            () => http.HandleDeadline(situation.Now + TimeSpan.FromDays(1)),
        })
        {
            input();
            Assert.Equal(EventKind.None, http.Poll(situation.Now).Kind);
            Assert.Equal(Wants.Nothing, http.Wants);
            Assert.Equal((fault, send, receive), (http.Fault.Kind, http.SendState, http.ReceiveState));
        }

        http.Close();
        http.Close();
        Assert.Equal((EventKind.None, Wants.Nothing, fault, 0L), (http.Poll(situation.Now).Kind, http.Wants, http.Fault.Kind, http.HeldMemory));
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Closing_releases_everything_and_is_said_once(string name)
    {
        Situation situation = Situation.Make(name);
        situation.Http.Close();
        List<EventKind> said = [];
        for (EventKind kind = situation.Http.Poll(situation.Now).Kind; kind != EventKind.None; kind = situation.Http.Poll(situation.Now).Kind)
        {
            said.Add(kind);
        }

        bool before = name is "failed" or "stray bytes" or "ended" or "closed";
        Assert.Equal(before ? [] : [EventKind.Closed], said);
        Assert.Equal((Wants.Nothing, 0L, 0), (situation.Http.Wants, situation.Http.HeldMemory, situation.Http.AvailableExchanges));
        Assert.True(situation.Http.Latest().Body.IsEmpty && situation.Http.GetOutput().IsEmpty);
    }

    [Fact]
    public void A_fault_stays_the_first_one()
    {
        Situation situation = Situation.Make("failed unread");
        Assert.Equal(FaultKind.TruncatedBody, situation.Http.Fault.Kind);
        situation.Http.TransportFailed(TransportDirection.Receive, new(TransportError.Reset, null));
        situation.Http.HandleDeadline(situation.Now + TimeSpan.FromDays(1));
        situation.Http.ConsumeBody(situation.Exchange, 3);

        Assert.Equal(EventKind.Faulted, situation.Http.Poll(situation.Now).Kind);
        Assert.Equal(FaultKind.TruncatedBody, situation.Http.Fault.Kind);
    }
}
