namespace PollHttp.Loop;

/// <summary>Provides the wait of the standby of a <see cref="Crew"/>.</summary>
internal interface ICrewClock
{
    /// <summary>Waits for a time, or until <see cref="Wake"/>. A wake-up that came before ends the wait at once.</summary>
    void Wait(TimeSpan time);

    /// <summary>Ends the current wait, or the next one.</summary>
    void Wake();
}
