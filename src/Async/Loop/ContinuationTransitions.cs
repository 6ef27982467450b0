namespace PollHttp.Loop;

/// <summary>Lists every change of <see cref="ContinuationPlace"/>. A change that is not in the table does not happen.</summary>
internal static class ContinuationTransitions
{
    //                                                         Inline Spread Pool   Sample
    private static readonly bool[][] s_allowed =
    [
        /* Inline: they take longer than a switch, or block */ [false, true, true, false],
        /* Spread: they are short again, or block           */ [true, false, true, false],
        /* Pool: time for a sample                          */ [false, false, false, true],
        /* Sample: it was short, or blocked again           */ [true, false, true, false],
    ];

    /// <summary>Determines whether a place may follow another.</summary>
    public static bool Allows(ContinuationPlace from, ContinuationPlace to) => s_allowed[(int)from][(int)to];
}
