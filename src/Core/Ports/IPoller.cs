namespace PollHttp.Core;

/// <summary>
/// Something to sleep in until one of many transports is ready. Costs per ready transport, not per registered one.
/// </summary>
/// <remarks>One thread at a time waits; <see cref="Set"/> and <see cref="Wake"/> may be called from any thread, also meanwhile.</remarks>
public interface IPoller : IDisposable
{
    /// <summary>
    /// Sets what to wait for on a transport, replacing what was set before; <see cref="TransportInterest.None"/> removes
    /// it, which is required before the transport is disposed. Level-triggered: what stays ready is reported again. Counts for a
    /// wait under way too, which may however still report what another thread took out a moment before.
    /// </summary>
    void Set(ITransport transport, TransportInterest interest);

    /// <summary>
    /// Sleeps until a transport is ready, <see cref="Wake"/> is called, or the time is over, then appends the ready
    /// transports to <paramref name="ready"/> (not cleared first).
    /// </summary>
    /// <param name="timeout">Longest sleep; zero only looks; <see cref="Timeout.InfiniteTimeSpan"/> sleeps for ever.</param>
    /// <param name="ready">Where to append.</param>
    /// <returns>How many were appended; 0 after a wake-up or when the time is over.</returns>
    int Wait(TimeSpan timeout, IList<ITransport> ready);

    /// <summary>Ends the current or the next <see cref="Wait"/>. Thread-safe; several calls may count as one.</summary>
    void Wake();
}
