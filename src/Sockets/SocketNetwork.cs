using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Implements the real network: the system's resolver, non-blocking sockets, <see cref="SslStream"/> and the system's
/// poller.</summary>
/// <remarks>Owns nothing that needs disposal: resolver threads end by themselves when idle. Thread safety: safe for use from any
/// thread.</remarks>
public sealed class SocketNetwork : INetwork
{
    private readonly bool _noDelay;
    private readonly bool _handshakeOnPool;
    private readonly SocketPollerKind _poller;
    private readonly ISocketCalls _calls;

    /// <summary>Initializes a network with the default options and its own address cache.</summary>
    public SocketNetwork()
        : this(new SocketNetworkOptions())
    {
    }

    /// <summary>Initializes a network.</summary>
    /// <param name="options">The options; later changes have no effect.</param>
    public SocketNetwork(SocketNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isLinux = OperatingSystem.IsLinux();
        _noDelay = options.NoDelay;
        _handshakeOnPool = options.HandshakeOnThreadPool;
        _poller = options.Poller == SocketPollerKind.Auto
            ? (isLinux ? SocketPollerKind.Epoll : SocketPollerKind.Select)
            : options.Poller;
        _calls = isLinux && !options.PortableCalls ? LinuxSocketCalls.Instance : PortableSocketCalls.Instance;
        Resolver = new SystemResolver(options.AddressCacheTime, TimeProvider.System);
    }

    /// <summary>Gets a shared network with the default options, which is used if no other one is given.</summary>
    public static SocketNetwork Default { get; } = new();

    /// <inheritdoc/>
    public IResolver Resolver { get; }

    /// <summary>Gets the system's clock.</summary>
    public TimeProvider TimeProvider => TimeProvider.System;

    /// <summary>
    /// Has the platform load what the first handshake of a process needs, on a thread of its own, while the connection is being made. That
    /// handshake waits for it, unless handshakes run on the thread pool.
    /// </summary>
    public void PrepareTls()
    {
        if (!_handshakeOnPool)
        {
            _ = TlsLoading.Task;
        }
    }

    /// <inheritdoc/>
    /// <param name="endPoint">An <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <exception cref="ArgumentException">The end point is of another type.</exception>
    public ITransport Dial(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (endPoint is not (IPEndPoint or UnixDomainSocketEndPoint))
        {
            throw new ArgumentException($"Can't dial a {endPoint.GetType().Name}: look the name up first.", nameof(endPoint));
        }
        return new SocketTransport(endPoint, _noDelay, _calls);
    }

    /// <inheritdoc/>
    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(options);
        bool onPool = _handshakeOnPool && waker is not null;
        return new TlsTransport(inner, options, waker, onPool, onPool ? null : TlsLoading.Task);
    }

    /// <inheritdoc/>
    public IPoller CreatePoller() => _poller == SocketPollerKind.Epoll ? new EpollPoller() : new SelectPoller();
}
