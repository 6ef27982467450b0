namespace PollHttp.Core;

/// <summary>
/// Waits until one of many transports is ready. The cost depends on the number of ready transports, not of registered ones.
/// </summary>
/// <remarks>Thread safety: one thread at a time may wait; <see cref="Set"/> and <see cref="Wake"/> may be called from any thread, also
/// during a wait.</remarks>
public interface IPoller : IDisposable
{
    /// <summary>
    /// Sets what to wait for on a transport, replacing the previous interest. <see cref="TransportInterest.None"/> removes the transport,
    /// which is required before it is disposed. Level-triggered: a transport that stays ready is reported again. Applies to a running wait
    /// too, which may still report a transport that another thread has just removed.
    /// </summary>
    void Set(ITransport transport, TransportInterest interest);

    /// <summary>
    /// Waits until a transport is ready, <see cref="Wake"/> is called, or the timeout expires, then appends the ready transports to
    /// <paramref name="ready"/> (without clearing it).
    /// </summary>
    /// <param name="timeout">The longest wait; zero only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits without limit.</param>
    /// <param name="ready">The list to append to.</param>
    /// <returns>The number of appended transports; 0 after a wake-up or when the timeout has expired.</returns>
    int Wait(TimeSpan timeout, IList<ITransport> ready);

    /// <summary>Ends the current or the next <see cref="Wait"/>. Several calls may count as one.</summary>
    void Wake();
}
