namespace PollHttp.Loop;

/// <summary>What the standby of a <see cref="Crew"/> waits in.</summary>
internal interface ICrewClock
{
    /// <summary>Waits for a time, or without end until <see cref="Wake"/>. A wake-up that came before ends it at once.</summary>
    void Wait(TimeSpan time);

    /// <summary>Ends the wait, or the next one.</summary>
    void Wake();
}
