using System.Net;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Represents one lookup, passed from the caller to a resolver thread and polled by the caller.</summary>
internal sealed class SystemLookup(string host, IPoller? waker) : ILookup
{
    private volatile bool _isCompleted;
    private volatile bool _isAbandoned;

    internal string Host => host;

    internal bool IsAbandoned => _isAbandoned;

    public bool IsCompleted => _isCompleted;

    public IReadOnlyList<IPAddress> Addresses { get; private set; } = [];

    public Exception? Failure { get; private set; }

    /// <summary>Makes the outcome final and wakes the poller. Called once, from the resolver thread.</summary>
    internal void Complete(IPAddress[] addresses, Exception? failure)
    {
        Addresses = addresses;
        Failure = failure;
        _isCompleted = true;
        if (_isAbandoned)
        {
            return;
        }
        try
        {
            waker?.Wake();
        }
        catch (ObjectDisposedException)
        {
            // The poller has been disposed, so nothing waits any more.
        }
    }

    public void Dispose() => _isAbandoned = true;
}
