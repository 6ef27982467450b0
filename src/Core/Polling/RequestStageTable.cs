namespace PollHttp.Core;

/// <summary>Lists every change of a <see cref="RequestStage"/>. A change that is not in the table does not happen.</summary>
internal static class RequestStageTable
{
    //                                              None  Unsend. UnderWay Shown  Ended  EndedSh. Switched
    private static readonly bool[][] s_allowed =
    [
        /* None: a request is made                */ [true, true, true, false, false, false, false],
        /* Unsendable: reported, or closed        */ [true, false, false, false, false, false, false],
        /* UnderWay                               */ [true, false, false, true, true, false, true],
        /* BodyShown                              */ [true, false, false, false, false, true, false],
        /* Ended: shown while content is sent     */ [true, false, false, false, false, true, false],
        /* EndedShown                             */ [true, false, false, false, false, false, false],
        /* Switched: detached, or closed          */ [true, false, false, false, false, false, false],
    ];

    /// <summary>Determines whether <paramref name="to"/> may follow <paramref name="from"/>.</summary>
    public static bool Allows(RequestStage from, RequestStage to) => s_allowed[(int)from][(int)to];
}
