using System.Diagnostics;
using PollHttp.Handler;
using PollHttp.Loop;
using PollHttp.Pool;

namespace PollHttp;

/// <summary>
/// Provides a handler for HttpClient that replaces SocketsHttpHandler: <c>new HttpClient(new PollHttpHandler())</c>. Settings, defaults and
/// behaviour are those of the platform's handler, except for the differences listed in docs/swap-in.md.
/// </summary>
/// <remarks>On your own loop, the loop polls the handler, with the loop's network (which may be simulated) and time;
/// <see cref="HttpClient.Timeout"/> always uses the system's clock. Without a loop it is in background drive: a thread of the library polls
/// and runs continuations; see <see cref="Continuations"/>. Thread safety: safe for use from any thread once configured, except on your own
/// loop.</remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class PollHttpHandler : HttpMessageHandler
{
    private readonly object _startLock = new();
    private HandlerEngine? _engine;
    private volatile bool _disposed;

    /// <summary>Initializes a handler in background drive.</summary>
    public PollHttpHandler()
    {
    }

    /// <summary>Initializes a handler on your own loop.</summary>
    /// <param name="loop">The loop that polls the connections, in the loop's network.</param>
    public PollHttpHandler(PollLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        _settings.Loop = loop;
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }

        HandlerEngine engine = Engine;
        return RequestMapping.Refusal(request) is { } refusal
            ? Task.FromException<HttpResponseMessage>(refusal)
            : engine.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (request.Version.Major >= 2)
        {
            throw new NotSupportedException($"The synchronous Send is for HTTP/1.1; the request asks for HTTP/{request.Version}.");
        }

        if (request.VersionPolicy == HttpVersionPolicy.RequestVersionOrHigher)
        {
            throw new NotSupportedException($"The synchronous Send is for HTTP/1.1; {request.VersionPolicy} allows others.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        HandlerEngine engine = Engine;
        return RequestMapping.Refusal(request) is { } refusal ? throw refusal : engine.Send(request, cancellationToken);
    }

    /// <summary>Gets the pool, for tests that count; null before the first request.</summary>
    internal ConnectionPool? Pool => _engine?.Pool;

    private HandlerEngine Engine
    {
        get
        {
            if (_engine is { } engine)
            {
                return engine;
            }

            lock (_startLock)
            {
                return _engine ??= new(_settings, LoopChoice.Of(_settings.Loop, _settings.Network));
            }
        }
    }

    /// <summary>Closes idle connections; those in use close when their response ends.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _engine?.Close();
        }

        base.Dispose(disposing);
    }

    private string DebuggerDisplay => _disposed ? "disposed" : _engine is null ? "no request yet" : "in use";
}
