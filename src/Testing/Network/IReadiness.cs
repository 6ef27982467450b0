namespace PollHttp.Testing;

/// <summary>What the simulated poller asks a transport.</summary>
internal interface IReadiness
{
    bool IsDisposed { get; }

    bool IsReadyFor(TransportInterest interest);

    /// <summary>Who this is, for people who look for a deadlock.</summary>
    string Describe();
}
