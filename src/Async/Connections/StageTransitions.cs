namespace PollHttp.Connections;

/// <summary>Lists every change of <see cref="ExchangeStage"/>. A change that is not in the table does not happen.</summary>
internal static class StageTransitions
{
    //                                                    Queued AwSett AwHead HeadRec Evalu. Body   Done
    private static readonly bool[][] s_allowed =
    [
        /* Queued: begun, or refused before a byte       */ [false, true, true, false, false, false, true],
        /* AwaitingSettings: they came, or the end       */ [false, false, true, false, false, false, true],
        /* AwaitingHead: head, tunnel, or given up        */ [false, false, false, true, false, true, true],
        /* HeadReceived                                  */ [false, false, false, false, true, true, true],
        /* Evaluating: evaluated, or given up            */ [false, false, false, true, false, true, true],
        /* Body                                          */ [false, false, false, false, false, false, true],
        /* Done: the connection is free                  */ [true, false, false, false, false, false, false],
    ];

    /// <summary>Determines whether a stage may follow another.</summary>
    public static bool Allows(ExchangeStage from, ExchangeStage to) => s_allowed[(int)from][(int)to];
}
