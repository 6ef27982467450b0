using System.Diagnostics;
using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>
/// Provides an HTTP client that is driven by polling, with the members and statuses of Godot's HTTPClient: one connection, one request at a
/// time, no threads, tasks or callbacks.
/// </summary>
/// <remarks>
/// <para>
/// To use it, call <see cref="ConnectToHost"/>, then <see cref="Poll"/> once per frame until <see cref="Status"/> is
/// <see cref="PollStatus.Connected"/>. Call Request, then <see cref="Poll"/> until the status is <see cref="PollStatus.Body"/> (or
/// Connected, if the response has no content). Then <see cref="Poll"/> and read in turn until the status is Connected again (or
/// Disconnected, if the connection can't be used again).
/// </para>
/// <para>
/// Only <see cref="Poll"/> does I/O. Network failures are never thrown: they are a status and a <see cref="Fault"/>. Invalid calls throw at
/// once, send nothing and change nothing. Requests are never retried: see <see cref="Fault.Retryable"/>.
/// </para>
/// <para>Thread safety: not safe for use from two threads at once; any thread may use it. After <see cref="Dispose"/> all members throw
/// <see cref="ObjectDisposedException"/>, except the getters, Close and Dispose.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class PollClient : IDisposable
{
    private readonly INetwork _network;
    private readonly PollConnectionOptions _connectionOptions;
    private readonly BlockingWait _wait;
    private readonly string _userAgent;

    private PollConnection? _connection;
    private RequestOrigin? _origin;
    private RequestStage _stage;
    private bool _disposed;
    private ProxySpec? _httpProxy;
    private ProxySpec? _httpsProxy;

    /// <summary>Initializes a client; nothing is connected yet.</summary>
    /// <param name="network">The network that provides connections and the clock.</param>
    /// <param name="options">The options; null for the defaults. Read once, here (limits and timeouts also during exchanges).</param>
    public PollClient(INetwork network, PollClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new PollClientOptions();
        _network = network;
        _wait = new(network);
        _connectionOptions = new PollConnectionOptions
        {
            Exchange = options.Exchange,
            ConnectTimeout = options.ConnectTimeout,
            TlsHandshakeTimeout = options.TlsHandshakeTimeout,
        };
        _userAgent = options.UserAgent
            ?? "PollHttp/" + (typeof(PollClient).Assembly.GetName().Version?.ToString(3) ?? "0");
        if (_userAgent.Length > 0)
        {
            _ = RequestHeadRules.CheckField(new HeaderField("User-Agent", _userAgent));
        }

        _draft = new(_userAgent);
    }

    /// <summary>Gets the status of the client. Changes in <see cref="Poll"/>, in the commands, and when the last byte is read.</summary>
    public PollStatus Status { get; private set; }

    /// <summary>Gets the reason for the failure when the status is one of the four failures; otherwise the default value.</summary>
    public Fault Fault { get; private set; }

    /// <summary>
    /// Gets how far connecting has got. More detailed than <see cref="Status"/>: distinguishes the TCP, proxy and TLS phases.
    /// </summary>
    public ConnectPhase Phase => _connection?.Phase ?? (Status == PollStatus.Disconnected ? ConnectPhase.None : ConnectPhase.Closed);

    /// <summary>
    /// Gets what an outer loop should wait for before the next <see cref="Poll"/>; <see cref="Wants.Nothing"/> without a connection. The
    /// deadline is on the network's clock.
    /// </summary>
    public Wants Wants
    {
        get
        {
            if (!IsLive)
            {
                return Wants.Nothing;
            }

            PollConnection connection = _connection!;
            return IsEndUnseen ? new(connection.Wants.Flags, connection.Now) : _wait.WantsOf(connection);
        }
    }

    /// <summary>
    /// Gets the interest to register <see cref="Connection"/> with in a poller: None during a lookup and without a connection; Immediate if
    /// <see cref="Poll"/> should be called again without waiting.
    /// </summary>
    public TransportInterest Interest => !IsLive ? TransportInterest.None
        : IsEndUnseen ? TransportInterest.Immediate
        : _connection!.Interest;

    /// <summary>
    /// Gets the transports that are being opened in parallel with <see cref="Connection"/>, to other addresses of the same name (RFC 8305).
    /// An outer loop must wait for each of them too, with its <see cref="ITransport.GetInterest"/>. The list changes with each
    /// <see cref="Poll"/>; transports that have left it must be removed from the poller. Empty except while connecting.
    /// </summary>
    public IReadOnlyList<ITransport> Contenders => IsLive ? _connection!.Contenders : [];

    /// <summary>
    /// Gets or sets a value indicating whether <see cref="Poll"/> waits until the status changes, body bytes can be read, or only the
    /// application can make progress. It waits in an <see cref="IPoller"/> and never spins; deadlines still apply. False by default. Set it
    /// before <see cref="ConnectToHost"/>: a lookup that was begun without it is checked every 10 ms only.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The property is set after Dispose.</exception>
    public bool BlockingMode
    {
        get;
        set
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            field = value;
        }
    }

    /// <summary>
    /// Gets or sets the current transport, including TLS; null if there is none. While connecting, each <see cref="Poll"/> may replace it.
    /// The client owns it: only <see cref="Detach"/> transfers it. Setting it closes an open connection and uses the given transport for
    /// HTTP, such as a Unix socket, a tunnel or a test transport, which the client then owns and disposes. It need not be open yet. It is
    /// polled once, so that an open one is Connected at once. No authority is known then: add a <c>Host</c> field, or use absolute URLs as
    /// targets. Setting null is the same as <see cref="Close"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The property is set after Dispose.</exception>
    public ITransport? Connection
    {
        get => _connection?.Transport;
        set
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (value is not null && ReferenceEquals(value, _connection?.Transport))
            {
                return;
            }

            Close();
            if (value is null)
            {
                return;
            }

            _connection = new PollConnection(value, _network.TimeProvider, _connectionOptions);
            _origin = RequestOrigin.Unknown;
            _ = _wait.WakerFor(isBlocking: false);
            MoveTo(PollStatus.Connecting);
            _connection.Poll();
            Drain();
        }
    }

    /// <summary>Closes an open connection and begins to connect; no I/O happens before the next <see cref="Poll"/>.</summary>
    /// <param name="host"> A name or an IP literal (IPv6 with or without brackets), optionally after <c>http://</c> or <c>https://</c>. A
    /// non-ASCII name is converted (IDNA). <c>https://</c> turns TLS on. After <c>http://</c> or <c>https://</c> a port may follow the
    /// host. </param>
    /// <param name="port">1 to 65535; −1 for the port in <paramref name="host"/>, or else 80, or 443 with TLS.</param>
    /// <param name="tls"> The options of TLS, or null for no TLS (with <c>https://</c>: for the default options). Not changed; must not be
    /// changed while connecting. Without a TargetHost the host is used. </param>
    /// <remarks>The status is then Connecting for an address, Resolving for a name (with a proxy: the proxy's name).</remarks>
    /// <exception cref="ArgumentException">The host is invalid, is followed by something else, names a different port than the argument, or
    /// <c>http://</c> is combined with TLS options.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public void ConnectToHost(string host, int port = -1, SslClientAuthenticationOptions? tls = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        PollClientHost parsed = PollClientHost.Parse(host, nameof(host));
        if (parsed.IsHttps == false && tls is not null)
        {
            throw new ArgumentException("http:// and TLS options contradict each other.", nameof(tls));
        }

        bool isHttps = tls is not null || parsed.IsHttps == true;
        port = parsed.PortOf(port, isHttps);
        ProxySpec? proxy = isHttps ? _httpsProxy : _httpProxy;
        ConnectionTarget target = new()
        {
            Host = parsed.Name,
            Port = port,
            Tls = isHttps ? tls ?? new SslClientAuthenticationOptions { TargetHost = parsed.Name.TrimEnd('.'), AllowRenegotiation = false } : null,
            Proxy = proxy,
            UserAgent = _userAgent.Length > 0 ? _userAgent : null,
        };

        Close();
        _origin = new(PollClientHost.FormatAuthority(parsed.Name, port, isHttps), isHttps, proxy is not null && !isHttps);
        _connection = new PollConnection(_network, target, _connectionOptions, _wait.WakerFor(BlockingMode));
        MoveTo(PollClientHost.IsIpLiteral(target.DialHost) ? PollStatus.Connecting : PollStatus.Resolving);
    }

    /// <summary>
    /// Sends plain HTTP through a proxy, in the absolute form (RFC 9112 §3.2.2), starting with the next <see cref="ConnectToHost"/>.
    /// </summary>
    /// <param name="host">The proxy's name or IP literal; null or empty for none.</param>
    /// <param name="port">1 to 65535; −1 for none.</param>
    /// <exception cref="ArgumentException">The host is invalid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public void SetHttpProxy(string? host, int port)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _httpProxy = PollClientHost.ParseProxy(host, port);
    }

    /// <summary>
    /// Tunnels TLS through a proxy with CONNECT (RFC 9110 §9.3.6), starting with the next <see cref="ConnectToHost"/>. The connection to
    /// the proxy itself has no TLS.
    /// </summary>
    /// <inheritdoc cref="SetHttpProxy" path="/param|/exception"/>
    public void SetHttpsProxy(string? host, int port)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _httpsProxy = PollClientHost.ParseProxy(host, port);
    }

    /// <summary>
    /// Closes the connection, whatever it is doing, and goes to <see cref="PollStatus.Disconnected"/>; the client can be used again. Body
    /// slices are no longer valid; the head of the last response stays until the next Request. An outer loop must first remove
    /// <see cref="Connection"/> from its poller.
    /// </summary>
    public void Close()
    {
        ReleaseConnection();
        Fault = default;
        _origin = null;
        MoveTo(PollStatus.Disconnected);
    }

    /// <summary>Closes the connection for good. May be called more than once.</summary>
    public void Dispose()
    {
        Close();
        _disposed = true;
        _wait.Dispose();
    }

    /// <summary>
    /// Transfers the open transport to the caller, after a 101 or a 2xx to CONNECT, and goes to <see cref="PollStatus.Disconnected"/>.
    /// </summary>
    /// <param name="leftover">A copy of the bytes after the head, which belong to the new protocol.</param>
    /// <exception cref="InvalidOperationException">The connection still uses HTTP, or there is none.</exception>
    public ITransport Detach(out ReadOnlyMemory<byte> leftover)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_stage != RequestStage.Switched || _connection is null)
        {
            Misuse.Throw(nameof(Detach), "the connection has not been switched to another protocol", Fault);
        }

        KeepResponse();
        ITransport transport = _connection.Detach(out leftover);
        Close();
        return transport;
    }

    private bool IsLive => _connection is not null && !PollStatusTable.IsFailure(Status);

    /// <summary>Gets a value indicating whether the connection has ended, which only the next Poll will report.</summary>
    private bool IsEndUnseen => _stage == RequestStage.Unsendable
        || (Status == PollStatus.Connected && _stage != RequestStage.Switched && !_connection!.IsReusable);

    private void MoveTo(PollStatus next)
    {
        Debug.Assert(PollStatusTable.Allows(Status, next), $"{Status} to {next} is not in the table.");
        Status = next;
    }

    private void MoveTo(RequestStage next)
    {
        Debug.Assert(RequestStageTable.Allows(_stage, next), $"{_stage} to {next} is not in the table.");
        _stage = next;
    }

    private void Fail(PollStatus status, Fault fault)
    {
        Fault = fault;
        MoveTo(status);
    }

    private void ReleaseConnection()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        KeepResponse();
        _upload = default;
        _unsendable = default;
        MoveTo(RequestStage.None);
        _connection = null;
        connection.Dispose();
    }

    private string DebuggerDisplay => _connection?.Target is { } target ? $"{Status}, {new HostPort(target.Host, target.Port)}" : $"{Status}";
}
