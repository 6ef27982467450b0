namespace PollHttp.Swarm;

/// <summary>How a response body is read, and how far.</summary>
internal sealed record ReadPlan
{
    public required WayKind Way { get; init; }

    /// <summary>Gets the size of the buffer of each read of a stream.</summary>
    public required int Buffer { get; init; }

    /// <summary>Gets how a pipe is advanced: 0 all, 1 examined only, 2 half and examined to the end, 3 half and examined no further.</summary>
    public required int Advance { get; init; }

    public required TimeSpan Pause { get; init; }

    public required LeaveKind Leave { get; init; }

    /// <summary>Gets after how many thousandths of the body it is left.</summary>
    public required int LeaveAt { get; init; }

    /// <summary>Gets whether it is left by a timer or another thread, rather than by the reader between two steps.</summary>
    public required bool LeftByOthers { get; init; }

    /// <summary>Gets when it is left by others, after the head.</summary>
    public required TimeSpan LeaveAfter { get; init; }

    public static ReadPlan Make(Draw draw, Family family, bool isSimulated)
    {
        LeaveKind leave = !draw.Chance(family.Left) ? LeaveKind.None
            : draw.Chance(family.Dropped) ? LeaveKind.Drop
            : draw.Pick(LeaveKind.Dispose, LeaveKind.Dispose, LeaveKind.Abort, LeaveKind.Cancel);
        WayKind way = draw.Chance(family.Pipe)
            ? WayKind.Pipe
            : draw.Pick(WayKind.Slices, WayKind.Slices, WayKind.Stream, WayKind.Stream, WayKind.Whole, WayKind.Copy, WayKind.Drain);
        return new()
        {
            Way = leave != LeaveKind.None && draw.Chance(20) ? WayKind.Never : way,
            Buffer = draw.Pick(1, 100, 4096, 100_000),
            Advance = draw.Below(4),
            Pause = draw.Chance(40) ? draw.Milliseconds(0, isSimulated ? 100 : 2) : TimeSpan.Zero,
            Leave = leave,
            LeaveAt = draw.Pick(0, 1, draw.Below(1000), 999),
            LeftByOthers = leave is not (LeaveKind.None or LeaveKind.Drop) && draw.Chance(50),
            LeaveAfter = draw.Milliseconds(0, isSimulated ? 500 : 5),
        };
    }

    public override string ToString() =>
        $"reads by {Way}{(Way == WayKind.Stream ? $" of {Buffer}" : "")}{(Way == WayKind.Pipe ? $", advance {Advance}" : "")}"
        + (Pause > TimeSpan.Zero ? $", pauses {Pause.TotalMilliseconds} ms" : "")
        + (Leave == LeaveKind.None ? "" : LeftByOthers ? $", {Leave} by others after {LeaveAfter.TotalMilliseconds} ms" : $", {Leave} at {LeaveAt / 10.0} %");
}
