namespace PollHttp.Sockets;

/// <summary>How a <see cref="SocketNetwork"/> behaves. Read once, when the network is made.</summary>
public sealed class SocketNetworkOptions
{
    private TimeSpan _addressCacheTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets a value indicating whether small writes leave at once instead of waiting for the acknowledgement of earlier ones
    /// (TCP_NODELAY). Default true: a request is written in one piece, and waiting would only delay it.
    /// </summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// How long the addresses of a name are kept. Default 30 s; <see cref="TimeSpan.Zero"/> asks every time. Failures are
    /// never kept.
    /// </summary>
    public TimeSpan AddressCacheTime
    {
        get => _addressCacheTime;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _addressCacheTime = value;
        }
    }

    /// <summary>
    /// Gets or sets a value indicating whether TLS handshakes run on the thread pool instead of the polling thread, for a loop with many
    /// connections that a handshake should not hold up. Only there are certificates downloaded that a server left out, which may take
    /// seconds; only there, too, do the callbacks of the TLS options run off the polling thread. Applies where a waker is given. Default
    /// false.
    /// </summary>
    public bool HandshakeOnThreadPool { get; set; }

    /// <summary>Which poller to make.</summary>
    internal SocketPollerKind Poller { get; set; }

    /// <summary>Gets or sets a value indicating whether to avoid native calls even where there are some.</summary>
    internal bool PortableCalls { get; set; }
}
