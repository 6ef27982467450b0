using System.Diagnostics;
using PollHttp.Authentication;
using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Pool;

namespace PollHttp;

/// <summary>
/// Sends requests over pooled connections. On your own loop, continuations run on its thread. Thread safety: safe for use from any thread
/// in background drive.
/// </summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class PollHttpClient : IDisposable, IAsyncDisposable
{
    private readonly PollHttpClientOptions _options;
    private readonly ExchangeEngine _engine;
    private Uri? _baseAddress;
    private TimeSpan _timeout;
    private volatile bool _disposed;

    /// <summary>Initializes a client in background drive, where a thread of the library polls and runs continuations
    /// (<see cref="PollHttpClientOptions.Continuations"/>), or on <see cref="PollHttpClientOptions.Loop"/>.</summary>
    /// <exception cref="ArgumentException">The options contradict each other, for example by a network that is not the loop's.</exception>
    public PollHttpClient(PollHttpClientOptions? options = null)
        : this(options, loop: null)
    {
    }

    /// <summary>Initializes a client on your own loop, and in its network.</summary>
    /// <exception cref="ArgumentException">The options have another loop, or another network.</exception>
    public PollHttpClient(PollLoop loop, PollHttpClientOptions? options = null)
        : this(options, loop ?? throw new ArgumentNullException(nameof(loop)))
    {
    }

    private PollHttpClient(PollHttpClientOptions? options, PollLoop? loop)
    {
        _options = options ?? new();
        Middleware = MiddlewareOf(_options);
        _baseAddress = _options.BaseAddress;
        Timeout = _options.Timeout;
        if (_options.BearerToken is { } token)
        {
            DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        PollLoop chosen = LoopChoice.Of(_options.LoopOr(loop), _options.Network);
        _engine = new(chosen, _options.ToSettings(chosen));
    }

    /// <summary>Releases idle connections if the client was dropped without being disposed.</summary>
    ~PollHttpClient()
    {
        _engine?.Pool.Close(abort: false);
    }

    /// <summary>
    /// Gets or sets the address that relative addresses are resolved against. Must not be changed while requests are being sent.
    /// </summary>
    public Uri? BaseAddress
    {
        get => _baseAddress;
        set
        {
            if (value is { IsAbsoluteUri: false })
            {
                throw new ArgumentException("The base address must be absolute.", nameof(value));
            }

            _baseAddress = value;
        }
    }

    /// <summary>
    /// Gets or sets the timeout of a request: to its response head, or to the end of a body that is read whole. With middleware it applies
    /// to each sending, and does not include waits of the middleware itself.
    /// </summary>
    public TimeSpan Timeout
    {
        get => _timeout;
        set => _timeout = OptionValue.Limit(value);
    }

    /// <summary>Gets a snapshot of the loop that drives the client, with all that is on it: in background drive the other clients and handlers of
    /// the process too. See <see cref="PollLoop.Statistics"/>.</summary>
    public LoopStatistics LoopStatistics => _engine.Loop.Statistics;

    internal ExchangeEngine Engine => _engine;

    internal ConnectionPool Pool => _engine.Pool;

    /// <summary>Sends a request; completes at the response head.</summary>
    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)] // what new(…) without a type means
    public Task<Response> SendAsync(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendCore(request.Method, request.Uri, request.HeadersOrNull, request.Content, false, cancellationToken, request.Options);
    }

    internal Task<Response> SendCore(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, bool isBuffered, CancellationToken token,
        RequestOptions? options = null, VersionDemand? demand = null)
    {
        if (Middleware.Length == 0)
        {
            return SendExchange(method, uri, headers, content, isBuffered, token, options, demand);
        }

        (RequestSender sender, Request request) = Enter(method, uri, headers, content, isBuffered, options, demand);
        return sender.SendAsync(request, token);
    }

    /// <summary>Sends a request without the middleware.</summary>
    internal Task<Response> SendExchange(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, bool isBuffered, CancellationToken token, RequestOptions? options,
        VersionDemand? demand)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Exchange exchange = MakeExchange(method, uri, headers, content, isBuffered, token, options, demand: demand);
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<Response>(token);
        }

        TaskWaiter waiter = new(_engine.Continuations.TaskOptions);
        exchange.Start(waiter);
        return waiter.Task;
    }

    /// <summary>Creates an exchange from the options and the arguments of this call, to be started with any kind of waiter.</summary>
    internal Exchange MakeExchange(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, bool isBuffered, CancellationToken token,
        RequestOptions? options = null, VersionDemand? demand = null)
    {
        TimeSpan timeout = options?.Timeout ?? _timeout;
        return new(_engine, token)
        {
            Method = method,
            Uri = ToAbsolute(uri),
            Headers = WithDefaults(headers, content, options, isMessage: demand is not null),
            Content = content,
            Demand = demand ?? VersionChoice.DemandOf(options?.Version ?? _defaultVersion, options?.VersionPolicy ?? _defaultPolicy),
            IsBuffered = isBuffered,
            Options = options,
            Timeout = timeout,
        };
    }

    private Uri ToAbsolute(Uri? uri) => uri switch
    {
        null => _baseAddress,
        { IsAbsoluteUri: true, IsFile: false } => uri,
        { IsAbsoluteUri: true } when uri.OriginalString[0] != '/' => uri,
        _ when _baseAddress is not null => new Uri(_baseAddress, uri.OriginalString), // "/path": on Unix the platform reads it as that of a file
        _ => null,
    } ?? throw new InvalidOperationException("The address of a request must be absolute, unless the client has a BaseAddress.");

    /// <summary>
    /// Opens connections before they are needed, so that the first requests find them open. Stops when <paramref name="connections"/> are
    /// idle, or the limit of the origin is reached. They are kept like any idle connection, or longer: see
    /// <see cref="PollHttpClientOptions.MinIdleConnectionsPerServer"/>.
    /// </summary>
    /// <param name="origin">An address of the origin; its path and query do not matter.</param>
    /// <param name="connections">At least 1.</param>
    /// <param name="cancellationToken">Ends the wait; connections that are being opened are opened nevertheless.</param>
    /// <exception cref="PollHttpException">A connection could not be made.</exception>
    public Task WarmAsync(Uri origin, int connections = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        ObjectDisposedException.ThrowIf(_engine.Loop.IsDisposed, _engine.Loop);
        Exchange exchange = MakeExchange("GET", origin, null, null, false, cancellationToken);
        Task warming = _engine.GetRoute(exchange).Origin.WarmAsync(connections, exchange.RequiresHttp2);
        return cancellationToken.CanBeCanceled ? warming.WaitAsync(cancellationToken) : warming;
    }

    /// <summary>Closes idle connections and fails pending requests.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            GC.SuppressFinalize(this);
            _engine.Pool.Close(abort: true);
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private string DebuggerDisplay => _disposed ? "disposed" : $"{BaseAddress?.ToString() ?? "no base address"}, HTTP/{DefaultRequestVersion}";
}
