namespace PollHttp.Differential;

/// <summary>What happens in a step of a script.</summary>
public enum StepKind
{
    /// <summary>When the server writes.</summary>
    Write,

    /// <summary>When the server ends the body.</summary>
    End,

    /// <summary>When the server breaks the body off.</summary>
    Break,

    /// <summary>When the reader looks for what is there.</summary>
    TryRead,

    /// <summary>When it reads, and waits if nothing is there.</summary>
    Read,

    /// <summary>When it advances: a share consumed, and a share of the rest examined.</summary>
    Advance,

    /// <summary>When it advances with positions that came from nothing.</summary>
    AdvanceByDefault,

    /// <summary>When the read under way, or the next one, is canceled.</summary>
    Cancel,

    /// <summary>When the token of the read under way is canceled; of the next one where there is none.</summary>
    CancelToken,

    /// <summary>When the reader is completed.</summary>
    Complete,
}
