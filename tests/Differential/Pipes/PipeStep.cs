namespace PollHttp.Differential;

/// <summary>A step of a script.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Size">How many bytes are written.</param>
/// <param name="Consumed">Quarters of the buffer that are consumed.</param>
/// <param name="Examined">Quarters of the rest that are examined.</param>
public readonly record struct PipeStep(StepKind Kind, int Size, int Consumed, int Examined)
{
    public override string ToString() => Kind switch
    {
        StepKind.Write => $"write {Size}",
        StepKind.Advance => $"advance {Consumed}/4 and {Examined}/4",
        _ => Kind.ToString(),
    };
}
