using CsCheck;

namespace PollHttp.Differential;

/// <summary>A body, and what its server and its reader do, in turns.</summary>
public sealed record PipeCase(Framing Framing, PipeStep[] Steps)
{
    private static readonly Gen<PipeStep> s_step = Gen.Select(
        Gen.Frequency(
            (20, Gen.Const(StepKind.Write)), (3, Gen.Const(StepKind.End)), (2, Gen.Const(StepKind.Break)), (12, Gen.Const(StepKind.TryRead)),
            (25, Gen.Const(StepKind.Read)), (30, Gen.Const(StepKind.Advance)), (1, Gen.Const(StepKind.AdvanceByDefault)), (6, Gen.Const(StepKind.Cancel)),
            (4, Gen.Const(StepKind.CancelToken)), (1, Gen.Const(StepKind.Complete))),
        Gen.Frequency((4, Gen.Int[1, 20]), (2, Gen.Int[1, 1_000])), // each comes in one piece
        Gen.Int[0, 4], Gen.Int[0, 4],
        (kind, size, consumed, examined) => new PipeStep(kind, size, consumed, examined));

    /// <summary>Any script.</summary>
    public static Gen<PipeCase> Any { get; } =
        Gen.Select(Gen.Enum<Framing>(), s_step.Array[1, 40], (framing, steps) => new PipeCase(framing, steps));

    /// <summary>Gets the number of bytes that are written before the body ends; one more where it breaks off, or is never ended.</summary>
    public int Length
    {
        get
        {
            int length = 0;
            foreach (PipeStep step in Steps)
            {
                switch (step.Kind)
                {
                    case StepKind.Write:
                        length += step.Size;
                        break;
                    case StepKind.End:
                        return length;
                    case StepKind.Break:
                        return length + 1;
                }
            }

            return length + 1;
        }
    }

    public override string ToString() => $"{Framing}: {string.Join(", ", Steps)}";
}
