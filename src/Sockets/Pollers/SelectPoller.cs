using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>
/// Implements a portable poller with
/// <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>, for systems without a
/// native poller. Its cost grows with the number of registered transports, unlike the interface promises: good enough for some dozens.
/// </summary>
internal sealed class SelectPoller : IPoller
{
    /// <summary>The longest wait of one call, since select counts microseconds in an int; longer waits take several calls.</summary>
    private const long MaxMicroseconds = 1_000_000_000;

    private readonly object _lock = new();
    private readonly Dictionary<ITransport, Socket> _socketOf = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Socket, Entry> _entries = [];
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private readonly List<Socket> _error = [];
    private readonly HashSet<Socket> _seen = [];
    private readonly byte[] _drain = new byte[8];
    private readonly Socket _wakeSocket;
    private int _woken;
    private bool _isSelecting;
    private volatile bool _disposed;

    internal SelectPoller()
    {
        // A datagram socket that is connected to itself: no other socket can write to it, and one handle is enough.
        _wakeSocket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        _wakeSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wakeSocket.Connect(_wakeSocket.LocalEndPoint!);
    }

    public void Set(ITransport transport, TransportInterest interest)
    {
        ArgumentNullException.ThrowIfNull(transport);
        lock (_lock)
        {
            SetLocked(transport, interest & (TransportInterest.Read | TransportInterest.Write));
            if (_isSelecting)
            {
                Wake(); // another thread waits with the previous interests
            }
        }
    }

    private void SetLocked(ITransport transport, TransportInterest interest)
    {
        if (interest == TransportInterest.None)
        {
            if (_socketOf.Remove(transport, out Socket? old) && _entries[old].Transport == transport)
            {
                _entries.Remove(old);
            }
            return;
        }
        if (!_socketOf.TryGetValue(transport, out Socket? socket))
        {
            socket = PollerSupport.FindSocket(transport);
            if (_entries.TryGetValue(socket, out Entry taken))
            {
                _socketOf.Remove(taken.Transport); // another layer over the same socket, which was not removed before
            }
            _socketOf.Add(transport, socket);
        }
        _entries[socket] = new(transport, interest);
    }

    public int Wait(TimeSpan timeout, IList<ITransport> ready)
    {
        ArgumentNullException.ThrowIfNull(ready);
        PollerSupport.CheckTimeout(timeout);
        long startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan left = PollerSupport.Remaining(timeout, startedAt);
            int count = Select(left, ready, out bool woken);
            if (count > 0 || woken || left == TimeSpan.Zero)
            {
                return count;
            }
        }
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) != 0)
        {
            return;
        }
        try
        {
            _wakeSocket.Send([1], SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            // No thread is waiting any more.
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _wakeSocket.Dispose();
    }

    private int Select(TimeSpan left, IList<ITransport> ready, out bool woken)
    {
        lock (_lock)
        {
            Fill();
            _isSelecting = true;
        }
        try
        {
            Socket.Select(_read, _write, _error, Microseconds(left));
        }
        catch (ObjectDisposedException) when (!_disposed)
        {
            // Another thread removed and closed it before the check: the next round does not include it.
            _read.Clear();
            _write.Clear();
            _error.Clear();
        }
        lock (_lock)
        {
            _isSelecting = false;
            return Collect(ready, out woken);
        }
    }

    private static int Microseconds(TimeSpan left)
    {
        if (left == Timeout.InfiniteTimeSpan)
        {
            return (int)MaxMicroseconds;
        }
        long rounded = (left.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
        return (int)Math.Min(rounded, MaxMicroseconds);
    }

    private void Fill()
    {
        _read.Clear();
        _write.Clear();
        _error.Clear();
        _read.Add(_wakeSocket);
        foreach ((Socket socket, Entry entry) in _entries)
        {
            if ((entry.Interest & TransportInterest.Read) != 0)
            {
                _read.Add(socket);
            }
            if ((entry.Interest & TransportInterest.Write) != 0)
            {
                _write.Add(socket);
            }
            _error.Add(socket); // Windows reports a failed connect only here
        }
    }

    private int Collect(IList<ITransport> ready, out bool woken)
    {
        woken = false;
        _seen.Clear();
        foreach (Socket socket in _read)
        {
            if (socket == _wakeSocket)
            {
                woken = true;
                _wakeSocket.Receive(_drain, 0, _drain.Length, SocketFlags.None, out _);
                Interlocked.Exchange(ref _woken, 0);
            }
            else
            {
                _seen.Add(socket);
            }
        }
        _seen.UnionWith(_write);
        _seen.UnionWith(_error);
        int count = 0;
        foreach (Socket socket in _seen)
        {
            if (_entries.TryGetValue(socket, out Entry entry))
            {
                ready.Add(entry.Transport);
                count++;
            }
        }
        return count;
    }

    private readonly record struct Entry(ITransport Transport, TransportInterest Interest);
}
