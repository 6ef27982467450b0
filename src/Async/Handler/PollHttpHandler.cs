using System.Diagnostics;
using PollHttp.Handler;
using PollHttp.Loop;
using PollHttp.Pool;

namespace PollHttp;

/// <summary>
/// The handler to put under HttpClient in place of SocketsHttpHandler: <c>new HttpClient(new PollHttpHandler())</c>. Settings, defaults and
/// behaviour are those of the platform's handler, except for what docs/swap-in.md lists.
/// </summary>
/// <remarks>Thread-safe once configured, unless it is on a loop of yours, which polls it then: with the loop's network, simulated ones
/// included, and its time. <see cref="HttpClient.Timeout"/> runs on the system's clock all the same. Without one it is in background drive: a
/// thread of the library polls and runs continuations; see <see cref="Continuations"/>.</remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class PollHttpHandler : HttpMessageHandler
{
    private readonly object _startLock = new();
    private HandlerEngine? _engine;
    private volatile bool _disposed;

    /// <summary>Makes a handler in background drive.</summary>
    public PollHttpHandler()
    {
    }

    /// <summary>Makes a handler on a loop of your own.</summary>
    /// <param name="loop">The loop that polls its connections; they are made on the network of that loop.</param>
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

    /// <summary>For tests that count; null before the first request.</summary>
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
