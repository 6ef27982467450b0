using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Connects to the addresses of one name by Happy Eyeballs v2 (RFC 8305). A new attempt begins when the last one has failed, or has not
/// been answered within the attempt delay. The first attempt that connects wins, and the others are closed at once.
/// </summary>
internal sealed class ConnectRace(INetwork network, PollConnectionOptions options, string host, int port, object owner)
{
    private readonly AddressCandidates _candidates = new();
    private readonly List<ConnectAttempt> _attempts = [];
    private readonly List<(ITransport Transport, int Attempt)> _running = [];
    private ILookup? _lookup;
    private int _addressesSeen;
    private bool _awaitsOtherFamily;
    private Instant _startAt;
    private bool _isClosed;

    /// <summary>Gets a value indicating whether the lookup may still return addresses.</summary>
    public bool IsResolving => _lookup is not null;

    /// <summary>Gets the error of the lookup, or null.</summary>
    public Exception? LookupFailure { get; private set; }

    /// <summary>Gets a value indicating whether any address was tried.</summary>
    public bool HasBegun => _attempts.Count > 0;

    /// <summary>Gets a value indicating whether nothing is left to try or to wait for.</summary>
    public bool IsLost => Winner is null && _lookup is null && _running.Count == 0 && !_candidates.HasNext;

    public ITransport? Winner { get; private set; }

    /// <summary>Gets the time when the first address was dialed; <see cref="Instant.Never"/> before.</summary>
    public Instant BegunAt { get; private set; } = Instant.Never;

    /// <summary>Gets the address of the winner, or the one tried last.</summary>
    public EndPoint? EndPoint { get; private set; }

    /// <summary>Gets the attempts made, in order.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts => _attempts;

    /// <summary>Gets the transport of the attempt that has been running longest, or null.</summary>
    public ITransport? Oldest => _running.Count > 0 ? _running[0].Transport : null;

    /// <summary>
    /// Gets the latest time to call <see cref="Poll"/>; <see cref="Instant.Never"/> when only the network can make progress.
    /// </summary>
    public Instant Deadline => _candidates.HasNext ? _startAt : Instant.Never;

    /// <summary>Returns the transports of all other running attempts.</summary>
    public ITransport[] GetContenders()
    {
        if (_running.Count <= 1)
        {
            return [];
        }

        ITransport[] contenders = new ITransport[_running.Count - 1];
        for (int i = 0; i < contenders.Length; i++)
        {
            contenders[i] = _running[i + 1].Transport;
        }

        return contenders;
    }

    public void Add(EndPoint endPoint) => _candidates.Add(endPoint);

    /// <summary>Looks the name up; its addresses are tried as they arrive.</summary>
    public void Resolve(IPoller? waker) => _lookup = network.Resolver.Begin(host, waker);

    public void Poll(Instant now)
    {
        CollectAddresses(now);
        PollRunning();
        while (Winner is null && !_isClosed && _candidates.HasNext && now >= _startAt)
        {
            Start(_candidates.TakeNext(), now);
        }
    }

    /// <summary>Closes all running attempts.</summary>
    public void Close()
    {
        _isClosed = true;
        _lookup?.Dispose();
        _lookup = null;
        foreach ((ITransport transport, _) in _running)
        {
            transport.Dispose();
        }

        _running.Clear();
    }

    private void CollectAddresses(Instant now)
    {
        if (_lookup is not { } lookup)
        {
            return;
        }

        bool isCompleted = lookup.IsCompleted; // read first, so that addresses added after it are seen by the next poll
        IReadOnlyList<IPAddress> addresses = lookup.Addresses;
        for (; _addressesSeen < addresses.Count; _addressesSeen++)
        {
            _candidates.Add(new IPEndPoint(addresses[_addressesSeen], port));
        }

        if (isCompleted)
        {
            LookupFailure = lookup.Failure;
            lookup.Dispose();
            _lookup = null;
        }

        if (HasBegun || !_candidates.HasNext)
        {
            return;
        }

        // RFC 8305 §3: IPv6 addresses are used at once; IPv4 addresses wait a little for them.
        if (isCompleted || _candidates.HasIPv6)
        {
            _startAt = default;
            if (_awaitsOtherFamily && _candidates.HasIPv6)
            {
                _candidates.PreferIPv6();
            }
        }
        else if (!_awaitsOtherFamily)
        {
            _awaitsOtherFamily = true;
            _startAt = now + options.ResolutionDelay;
        }
    }

    private void Start(EndPoint endPoint, Instant now)
    {
        EndPoint = endPoint;
        if (!IsAllowed(endPoint, out Exception? cause))
        {
            _attempts.Add(new(endPoint, new(TransportError.Forbidden, cause)));
            return;
        }

        if (_isClosed)
        {
            return; // the filter has closed the connection
        }

        BegunAt = BegunAt == Instant.Never ? Instant.Now(network.TimeProvider) : BegunAt; // later than now if the filter took time
        ITransport transport = network.Dial(endPoint);
        transport.Owner = owner;
        _running.Add((transport, _attempts.Count));
        _attempts.Add(new(endPoint, default));
        _startAt = now + options.AttemptDelay;
        PollRunning();
    }

    private bool IsAllowed(EndPoint endPoint, out Exception? cause)
    {
        cause = null;
        return endPoint is not IPEndPoint address || options.Allows(host, address, out cause);
    }

    private void PollRunning()
    {
        for (int i = 0; i < _running.Count;)
        {
            (ITransport transport, int attempt) = _running[i];
            TransportStatus status = transport.Poll();
            if (status == TransportStatus.Opening)
            {
                i++;
                continue;
            }

            _running.RemoveAt(i);
            if (status == TransportStatus.Open)
            {
                Winner = transport;
                EndPoint = _attempts[attempt].EndPoint;
                Close();
                return;
            }

            _attempts[attempt] = _attempts[attempt] with { Failure = transport.Failure };
            transport.Dispose();
            _startAt = default; // after a failure the next address is tried at once
        }
    }
}
