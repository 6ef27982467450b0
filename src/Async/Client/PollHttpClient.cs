using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace PollHttp;

/// <summary>
/// Sends requests over pooled connections. Thread-safe in background drive; on a loop of your own, continuations run on its
/// thread.
/// </summary>
public sealed partial class PollHttpClient : IDisposable, IAsyncDisposable
{
    private readonly PollHttpClientOptions _options;
    private readonly ConnectionPool _pool;
    private readonly Uri? _baseAddress;
    private Resolved? _last;
    private TimeSpan _timeout;
    private volatile bool _disposed;

    /// <summary>A client in background drive: one thread of the process polls, continuations run on the thread pool.</summary>
    public PollHttpClient(PollHttpClientOptions? options = null)
        : this(options, ReactorThread.Loop)
    {
    }

    /// <summary>A client on a loop of your own.</summary>
    public PollHttpClient(PollLoop loop, PollHttpClientOptions? options = null)
        : this(options, loop ?? throw new ArgumentNullException(nameof(loop)))
    {
    }

    private PollHttpClient(PollHttpClientOptions? options, PollLoop loop)
    {
        _options = options ?? new();
        _baseAddress = _options.BaseAddress;
        Timeout = _options.Timeout;
        ILogger logger = (_options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("PollHttp.PollHttpClient");
        _pool = new(loop, _options, logger);
    }

    /// <summary>Lets go of idle connections when the client was dropped undisposed.</summary>
    ~PollHttpClient() => _pool?.Close(abort: false);

    /// <summary>What relative addresses are relative to.</summary>
    public Uri? BaseAddress => _baseAddress;

    /// <summary>The limit of a request: to its response head, or to the end of a body that is read whole.</summary>
    public TimeSpan Timeout
    {
        get => _timeout;
        set
        {
            if (value != System.Threading.Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            }

            _timeout = value;
        }
    }

    internal ConnectionPool Pool => _pool;

    /// <summary>Sends a request; completes at the response head.</summary>
    public Task<Response> SendAsync(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendCore(request.Method, request.Uri, request.HeadersOrNull, request.Content, false, cancellationToken);
    }

    private Task<Response> SendCore(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, bool isBuffered, CancellationToken token)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Resolved resolved = Resolve(uri);
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<Response>(token);
        }

        TimeSpan timeout = _timeout;
        Exchange exchange = new(_pool.Loop, token)
        {
            Origin = resolved.Origin,
            Method = method,
            Target = resolved.Target,
            Uri = resolved.Absolute,
            UserAgent = _options.UserAgent,
            Headers = headers,
            Content = content,
            IsBuffered = isBuffered,
            Timeout = timeout,
            Deadline = timeout == System.Threading.Timeout.InfiniteTimeSpan ? Instant.Never : _pool.Loop.Now + timeout,
        };
        return exchange.Run();
    }

    /// <summary>Origin and target of an address; those of the last one are kept, since programs repeat themselves.</summary>
    private Resolved Resolve(Uri? uri)
    {
        Resolved? last = Volatile.Read(ref _last);
        if (last is not null && ReferenceEquals(last.Given, uri))
        {
            return last;
        }

        Uri absolute = uri switch
        {
            null => _baseAddress,
            { IsAbsoluteUri: true } => uri,
            _ when _baseAddress is not null => new Uri(_baseAddress, uri),
            _ => null,
        } ?? throw new InvalidOperationException("The address of a request must be absolute, unless the client has a BaseAddress.");

        bool isTls = absolute.Scheme == Uri.UriSchemeHttps;
        if (!isTls && absolute.Scheme != Uri.UriSchemeHttp)
        {
            throw new NotSupportedException($"The scheme '{absolute.Scheme}' is not supported; only http and https are.");
        }

        string host = absolute.IdnHost.Trim('[', ']');
        Resolved resolved = new(uri, absolute, _pool.GetOrigin(new(isTls, host, absolute.Port)), absolute.PathAndQuery);
        Volatile.Write(ref _last, resolved);
        return resolved;
    }

    /// <summary>Closes idle connections and fails what is under way.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            GC.SuppressFinalize(this);
            _pool.Close(abort: true);
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private sealed record Resolved(Uri? Given, Uri Absolute, OriginPool Origin, string Target);
}
