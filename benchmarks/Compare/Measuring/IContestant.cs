namespace PollHttp.Compare;

/// <summary>One contestant of one scenario, ready to run rounds.</summary>
internal interface IContestant : IDisposable
{
    string Name { get; }

    /// <exception cref="ContestantException">It failed, and will not run another.</exception>
    Task<Round> RunAsync(int operations, bool withLatency);
}
