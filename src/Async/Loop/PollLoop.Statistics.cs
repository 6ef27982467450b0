using System.Diagnostics;
using PollHttp.Loop;
using PollHttp.Telemetry;

namespace PollHttp;

// What can be read of a loop from outside. Counting costs no more than an addition.
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class PollLoop
{
    private static long s_last;
    private readonly long _id = Interlocked.Increment(ref s_last);
    private long _closedSent;
    private long _closedReceived;
    private int _waiting;

    /// <summary>Gets a snapshot of connections, waiting requests, polls, bytes and buffers.</summary>
    /// <remarks>
    /// Each reading visits every connection once, which takes a microsecond for some hundred of them. Read it once a second, not once a
    /// request. Thread safety: any thread, also after the loop is disposed.
    /// </remarks>
    public LoopStatistics Statistics
    {
        get
        {
            Span<int> uses = stackalloc int[(int)ConnectionUse.Closing + 1];
            uses.Clear();
            long sent;
            long received;
            lock (_connections)
            {
                sent = _closedSent;
                received = _closedReceived;
                foreach (ILoopConnection connection in _connections)
                {
                    uses[(int)connection.Use]++;
                    sent += connection.BytesSent;
                    received += connection.BytesReceived;
                }
            }

            return new()
            {
                Connecting = uses[(int)ConnectionUse.Connecting],
                Idle = uses[(int)ConnectionUse.Idle],
                Active = uses[(int)ConnectionUse.Active],
                Draining = uses[(int)ConnectionUse.Draining],
                Closing = uses[(int)ConnectionUse.Closing],
                Waiting = Volatile.Read(ref _waiting),
                Polls = PassCount,
                BytesSent = sent,
                BytesReceived = received,
                Slabs = SlabPool.Shared.Outstanding,
            };
        }
    }

    private string DebuggerDisplay => _disposed ? "disposed" : $"{_connections.Count} connections, {_waiting} waiting, {PassCount} polls";

    /// <summary>Adds to the number of requests that wait for a connection.</summary>
    /// <remarks>Thread safety: any thread.</remarks>
    internal void AddWaiting(int count) => Interlocked.Add(ref _waiting, count);

    private void TellMade()
    {
        if (PollHttpEventSource.Instance.Watches(PollHttpEventSource.Keywords.Loops))
        {
            PollHttpEventSource.Instance.LoopStart(_id, IsBackground);
        }
    }

    private void TellDisposed()
    {
        if (PollHttpEventSource.Instance.Watches(PollHttpEventSource.Keywords.Loops))
        {
            PollHttpEventSource.Instance.LoopStop(_id, PassCount);
        }
    }

    /// <summary>Keeps the traffic of a connection that is no longer counted.</summary>
    /// <remarks>Thread safety: caller holds the lock of the connections.</remarks>
    private void KeepTraffic(ILoopConnection connection)
    {
        _closedSent += connection.BytesSent;
        _closedReceived += connection.BytesReceived;
    }
}
