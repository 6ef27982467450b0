using System.Diagnostics;
using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>
/// An HTTP client that is driven by polling, with the members and statuses of Godot's HTTPClient: one connection, one request at
/// a time, no thread, no task, no callback.
/// </summary>
/// <remarks>
/// <para>
/// The way of working: <see cref="ConnectToHost"/>, then <see cref="Poll"/> once a frame until <see cref="Status"/> is
/// <see cref="PollStatus.Connected"/>; a Request; <see cref="Poll"/> until <see cref="PollStatus.Body"/> (or Connected, when the
/// response has no content); <see cref="Poll"/> and read in turn until it is Connected again (or Disconnected, when the connection
/// can't be used again).
/// </para>
/// <para>
/// Only <see cref="Poll"/> does I/O. The network's failures are never thrown: they are a status and a <see cref="Fault"/>. Wrong
/// calls throw at once, send nothing and change nothing. Requests are never repeated: see <see cref="Fault.Retryable"/>.
/// </para>
/// <para>Not safe for use from two threads at once; which thread it is does not matter. All members throw
/// <see cref="ObjectDisposedException"/> after <see cref="Dispose"/>, but for the getters, Close and Dispose.</para>
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

    /// <summary>Makes a client; nothing is connected yet.</summary>
    /// <param name="network">Where connections come from, and the clock.</param>
    /// <param name="options">Limits and times; null for the defaults. Read once, here (limits and timeouts also during exchanges).</param>
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

    /// <summary>Where the client stands. Changes in <see cref="Poll"/>, in the commands, and when the last byte is read.</summary>
    public PollStatus Status { get; private set; }

    /// <summary>Why the status is one of the four failures; the default value in every other status.</summary>
    public Fault Fault { get; private set; }

    /// <summary>How far connecting has got, finer than <see cref="Status"/>: tells the TCP, proxy and TLS phases apart.</summary>
    public ConnectPhase Phase => _connection?.Phase ?? (Status == PollStatus.Disconnected ? ConnectPhase.None : ConnectPhase.Closed);

    /// <summary>
    /// What an outer loop should wait for before the next <see cref="Poll"/>; <see cref="Wants.Nothing"/> without a connection.
    /// Its deadline is on the clock of the network.
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
    /// What to register <see cref="Connection"/> with at a poller; None while a name is looked up and without a connection;
    /// Immediate when <see cref="Poll"/> should be called again without waiting.
    /// </summary>
    public TransportInterest Interest => !IsLive ? TransportInterest.None
        : IsEndUnseen ? TransportInterest.Immediate
        : _connection!.Interest;

    /// <summary>
    /// Gets the transports that are being opened beside <see cref="Connection"/>, to other addresses of the same name (RFC 8305).
    /// An outer loop waits for each of them too, for its <see cref="ITransport.GetInterest"/>. The list changes with each
    /// <see cref="Poll"/>; those that are gone from it must be taken out of the poller. Empty except while connecting.
    /// </summary>
    public IReadOnlyList<ITransport> Contenders => IsLive ? _connection!.Contenders : [];

    /// <summary>
    /// When true, <see cref="Poll"/> sleeps until the status changes or body bytes can be read, or only the application can make
    /// progress. It waits on an <see cref="IPoller"/> and never spins; deadlines still end it. Default false. Best set before
    /// <see cref="ConnectToHost"/>: a lookup begun without it is looked at every 10 ms.
    /// </summary>
    /// <exception cref="ObjectDisposedException">On setting, after Dispose.</exception>
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
    /// Gets or sets the transport under way, TLS included; null when there is none. It may be another one after any <see cref="Poll"/>
    /// while connecting, and it stays owned by the client: take it over with <see cref="Detach"/> only. Setting it closes what was open and
    /// speaks HTTP over the given transport, which the client then owns and disposes: a Unix socket, a tunnel, a test. It is polled once,
    /// so that an open one is Connected at once; it need not be open yet. There is no known authority then: bring a <c>Host</c> field, or
    /// use absolute URLs as targets. Setting null is <see cref="Close"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">On setting, after Dispose.</exception>
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

    /// <summary>Closes what was open and begins to connect; no I/O happens before the next <see cref="Poll"/>.</summary>
    /// <param name="host">
    /// A name, or an IP literal (IPv6 with or without brackets), with <c>http://</c> or <c>https://</c> in front at most. A name
    /// beyond ASCII is converted (IDNA). <c>https://</c> turns TLS on. After <c>http://</c> or <c>https://</c> a port may follow the host.
    /// </param>
    /// <param name="port">1 to 65535; −1 for the one that the host names, or else for 80, or 443 with TLS.</param>
    /// <param name="tls">
    /// TLS with these options, or null for none (with <c>https://</c>: for the default ones). Not changed; must not be changed while
    /// connecting. Without a TargetHost the host is used.
    /// </param>
    /// <remarks>The status is then Connecting for an address, Resolving for a name (with a proxy: the proxy's).</remarks>
    /// <exception cref="ArgumentException">Not a host, something else follows it, it names another port than the argument, or <c>http://</c>
    /// comes with TLS options.</exception>
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
    /// Sends plain HTTP through a proxy, in the absolute form (RFC 9112 §3.2.2), from the next <see cref="ConnectToHost"/> on.
    /// </summary>
    /// <param name="host">The proxy's name or IP literal; null or empty for none.</param>
    /// <param name="port">1 to 65535; −1 for none.</param>
    /// <exception cref="ArgumentException">Not a host.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public void SetHttpProxy(string? host, int port)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _httpProxy = PollClientHost.ParseProxy(host, port);
    }

    /// <summary>
    /// Tunnels TLS through a proxy with CONNECT (RFC 9110 §9.3.6), from the next <see cref="ConnectToHost"/> on. The way to the
    /// proxy itself is plain.
    /// </summary>
    /// <inheritdoc cref="SetHttpProxy" path="/param|/exception"/>
    public void SetHttpsProxy(string? host, int port)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _httpsProxy = PollClientHost.ParseProxy(host, port);
    }

    /// <summary>
    /// Closes the connection, whatever it is doing, and goes to <see cref="PollStatus.Disconnected"/>; the client can be used again.
    /// Body slices are invalid from here on; the head of the last response stays until the next Request. An outer loop must take
    /// <see cref="Connection"/> from its poller first.
    /// </summary>
    public void Close()
    {
        ReleaseConnection();
        Fault = default;
        _origin = null;
        MoveTo(PollStatus.Disconnected);
    }

    /// <summary>Closes the connection for good. May be called twice.</summary>
    public void Dispose()
    {
        Close();
        _disposed = true;
        _wait.Dispose();
    }

    /// <summary>
    /// After a 101, or a 2xx to CONNECT: hands over the open transport, which is the caller's from now on, and goes to
    /// <see cref="PollStatus.Disconnected"/>.
    /// </summary>
    /// <param name="leftover">Bytes that came behind the head and belong to the new protocol; a copy, the caller's for good.</param>
    /// <exception cref="InvalidOperationException">The connection still speaks HTTP, or there is none.</exception>
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

    /// <summary>Gets a value indicating whether the connection has ended, which only the next Poll shows.</summary>
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
