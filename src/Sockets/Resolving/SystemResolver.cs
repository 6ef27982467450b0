using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// Uses the system's resolver on our own threads. <see cref="Dns.GetHostAddressesAsync(string)"/> runs on the thread pool and does not
/// complete while the pool is blocked, which is exactly when a polled client is needed.
/// </summary>
/// <remarks>
/// Threads are created on demand, up to <see cref="MaxThreads"/>, so that a name server that hangs does not delay other names; they end
/// after <see cref="IdleTime"/> without work. The order of the addresses is the system's (RFC 6724).
/// </remarks>
internal sealed class SystemResolver : IResolver
{
    internal const int MaxThreads = 4;

    private readonly object _gate = new();
    private readonly Queue<SystemLookup> _queue = new();
    private readonly AddressCache _cache;
    private readonly Func<string, IPAddress[]> _resolve;
    private int _threads;
    private int _idle;

    internal SystemResolver(TimeSpan timeToLive, TimeProvider time, Func<string, IPAddress[]>? resolve = null)
    {
        _cache = new(timeToLive, time);
        _resolve = resolve ?? Dns.GetHostAddresses;
    }

    /// <summary>Gets how long a thread without work is kept.</summary>
    internal static TimeSpan IdleTime { get; } = TimeSpan.FromSeconds(10);

    public ILookup Begin(string host, IPoller? waker)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        var lookup = new SystemLookup(host, waker);
        lock (_gate)
        {
            if (_cache.Find(host) is { } addresses)
            {
                lookup.Complete(addresses, failure: null);
                return lookup;
            }
            _queue.Enqueue(lookup);
            if (_idle >= _queue.Count || _threads == MaxThreads)
            {
                Monitor.Pulse(_gate);
                return lookup;
            }
            _threads++;
        }
        var thread = new Thread(Work) { IsBackground = true, Name = "PollHttp resolver" };
        thread.UnsafeStart();
        return lookup;
    }

    private void Work()
    {
        while (Take() is { } lookup)
        {
            if (!lookup.IsAbandoned)
            {
                Resolve(lookup);
            }
        }
    }

    private SystemLookup? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_queue.TryDequeue(out SystemLookup? lookup))
                {
                    return lookup;
                }
                _idle++;
                bool pulsed = Monitor.Wait(_gate, IdleTime);
                _idle--;
                if (!pulsed && _queue.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }
        }
    }

    private void Resolve(SystemLookup lookup)
    {
        IPAddress[] addresses = [];
        Exception? failure = null;
        try
        {
            addresses = _resolve(lookup.Host);
            if (addresses.Length == 0)
            {
                failure = new SocketException((int)SocketError.NoData);
            }
        }
        catch (Exception exception) // a value for the caller, whatever it is: nothing else on this thread could handle it
        {
            failure = exception;
        }
        if (failure is null)
        {
            lock (_gate)
            {
                _cache.Add(lookup.Host, addresses);
            }
        }
        lookup.Complete(addresses, failure);
    }
}
