namespace PollHttp.Sockets;

/// <summary>Specifies the options of a <see cref="SocketNetwork"/>. Read once, when the network is created.</summary>
public sealed class SocketNetworkOptions
{
    private TimeSpan _addressCacheTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets a value indicating whether small writes leave at once instead of waiting for the acknowledgement of earlier ones
    /// (TCP_NODELAY). True by default: a request is written in one piece, and waiting would only delay it.
    /// </summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// Gets or sets how long the addresses of a name are cached. 30 s by default; <see cref="TimeSpan.Zero"/> looks them up every time.
    /// Failures are never cached.
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
    /// connections that a handshake should not delay. Only on the thread pool are missing certificates of a server downloaded, which may
    /// take seconds, and only then do the callbacks of the TLS options run off the polling thread. Applies if a waker is given. False by
    /// default.
    /// </summary>
    public bool HandshakeOnThreadPool { get; set; }

    /// <summary>Gets or sets the poller to use.</summary>
    internal SocketPollerKind Poller { get; set; }

    /// <summary>Gets or sets a value indicating whether to avoid native calls even where they are available.</summary>
    internal bool PortableCalls { get; set; }
}
