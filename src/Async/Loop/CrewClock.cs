namespace PollHttp.Loop;

/// <summary>Implements the clock of a crew in real time.</summary>
internal sealed class CrewClock : ICrewClock, IDisposable
{
    private readonly AutoResetEvent _wake = new(false);

    public void Wait(TimeSpan time) => _wake.WaitOne(time);

    public void Wake() => _wake.Set();

    public void Dispose() => _wake.Dispose();
}
