namespace PollHttp.Swarm;

/// <summary>Checks the bytes of one response body where they are read.</summary>
internal sealed class BodyCheck(Call call, ISwarmRun run)
{
    public long Position => call.BytesRead;

    private int Length => call.Plan.Method == "HEAD" ? 0 : call.Plan.Answer.Length;

    /// <summary>Gets a value indicating whether the reader has come to where it leaves.</summary>
    public bool MustLeave => call.Plan.Read is { Leave: not LeaveKind.None, LeftByOthers: false } read && !call.IsLeft && !call.IsCanceled
        && Position >= (long)Length * read.LeaveAt / 1000;

    /// <summary>Gets a value indicating whether the body is larger than the client takes when decoded.</summary>
    public static bool IsOverLimit(Call call, Scenario scenario) => call.Plan is { Answer.Coding.Length: > 0, Method: not "HEAD", Polled: PolledKind.None }
        && scenario.Client is { Decodes: true, UsesHandler: false, MaxDecoded: { } most } && call.Plan.Answer.Length > most;

    /// <summary>Checks bytes that follow those taken so far, and takes as many as said.</summary>
    public void Accept(ReadOnlySpan<byte> bytes, int taken)
    {
        int wrong = Pattern.FirstWrong(call.Plan.Number, Position, bytes);
        if (wrong >= 0)
        {
            run.Ledger.Fail(
                call.IsLeft ? "wrong bytes for a reader of a response that was left" : "wrong bytes",
                $"at {Position + wrong} of {Length}: {Pattern.Whose(bytes[wrong..], Position + wrong, run.Scenario.Count)}; {call}");
            throw new SwarmStopException();
        }

        call.BytesRead += taken;
        if (Position > Length)
        {
            run.Ledger.Fail("too long a body", $"{Position} of {Length}; {call}");
            throw new SwarmStopException();
        }

        run.Progressed();
    }

    public void Accept(ReadOnlySpan<byte> bytes) => Accept(bytes, bytes.Length);

    /// <summary>The reader saw the end of the body: it must be the end.</summary>
    public void End()
    {
        AnswerPlan answer = call.Plan.Answer;
        if (IsOverLimit(call, run.Scenario) && !call.IsLeft)
        {
            run.Ledger.Fail("a decoded body over its limit taken as whole", $"{Position} of {Length}; {call}");
        }

        bool isCoded = answer.Coding.Length > 0 && run.Scenario.Client.Decodes && call.Plan.Polled != PolledKind.Client;
        bool isFramed = call.IsHttp2 || (!run.Scenario.IsSimulated && run.Scenario.IsOfHttp2Server(call.Plan)); // Kestrel closes no connection to end a body
        bool cannotBeTold = !isFramed && answer is { Framing: FramingKind.Close, Cut: CutKind.End or CutKind.Malformed } && (!isCoded || Position == 0 || !Answer.HasBody(call.Plan)); // no coded byte is an empty body
        if (Position < Length && !cannotBeTold)
        {
            run.Ledger.Fail(
                call.IsLeft ? "clean end of a body that was left" : "short body taken as whole",
                $"{Position} of {Length}; {call}");
        }
    }
}
