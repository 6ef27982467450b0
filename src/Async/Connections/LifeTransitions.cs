namespace PollHttp.Connections;

/// <summary>Lists every change of <see cref="LifeState"/>. A change that is not in the table does not happen.</summary>
internal static class LifeTransitions
{
    //                                                Dialing Idle   Active Draining Closing Closed
    private static readonly bool[][] s_allowed =
    [
        /* Dialing: wait queue empty, or not         */ [false, true, true, false, true, false],
        /* Idle: taken, or not kept any longer       */ [false, false, true, false, true, false],
        /* Active: ended, next begun, or left early  */ [false, true, true, true, true, false],
        /* Draining: the rest came, or too much of it */ [false, true, true, false, true, false],
        /* Closing                                   */ [false, false, false, false, false, true],
        /* Closed                                    */ [false, false, false, false, false, false],
    ];

    /// <summary>Determines whether a state may follow another.</summary>
    public static bool Allows(LifeState from, LifeState to) => s_allowed[(int)from][(int)to];
}
