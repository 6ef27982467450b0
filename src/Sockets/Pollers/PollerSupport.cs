using System.Diagnostics;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Provides what both pollers need.</summary>
internal static class PollerSupport
{
    /// <summary>Returns the socket under a transport, through any layers.</summary>
    internal static Socket FindSocket(ITransport transport) =>
        (transport as ISocketHandleSource)?.Socket
        ?? throw new ArgumentException(
            $"A {transport.GetType().Name} without a socket can't be waited on by this poller.", nameof(transport));

    /// <summary>Returns the rest of a wait; infinite stays infinite, and the result is never negative.</summary>
    internal static TimeSpan Remaining(TimeSpan timeout, long startedAt)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return timeout;
        }
        TimeSpan left = timeout - Stopwatch.GetElapsedTime(startedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    internal static void CheckTimeout(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A timeout can't be negative.");
        }
    }
}
