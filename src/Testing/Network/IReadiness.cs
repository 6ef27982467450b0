namespace PollHttp.Testing;

/// <summary>Defines what the simulated poller reads from a transport.</summary>
internal interface IReadiness
{
    bool IsDisposed { get; }

    bool IsReadyFor(TransportInterest interest);

    /// <summary>Describes the transport, for messages about deadlocks.</summary>
    string Describe();
}
