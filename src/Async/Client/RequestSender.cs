using PollHttp.Exchanges;

namespace PollHttp;

/// <summary>
/// Represents what follows a <see cref="RequestMiddleware"/>: the next one, or the sending itself. Valid for its call; can be used several
/// times, one after another or in parallel.
/// </summary>
public readonly struct RequestSender
{
    private readonly PollHttpClient? _client;
    private readonly int _index;
    private readonly bool _isBuffered;
    private readonly VersionDemand? _demand;

    /// <param name="client">The client of the call.</param>
    /// <param name="index">The index of the next middleware.</param>
    /// <param name="isBuffered">Whether the call reads the body whole, so that its timeout covers the body.</param>
    /// <param name="demand">What a message asks for, or null.</param>
    internal RequestSender(PollHttpClient client, int index, bool isBuffered, VersionDemand? demand)
    {
        _client = client;
        _index = index;
        _isBuffered = isBuffered;
        _demand = demand;
    }

    /// <summary>Gets the clock of the client, which on a simulated network is virtual: <c>Task.Delay(wait, next.TimeProvider, token)</c>.</summary>
    public TimeProvider TimeProvider => Client.Loop.TimeProvider;

    private PollHttpClient Client => _client ?? throw new InvalidOperationException("This RequestSender belongs to no call; use the one that is passed to a RequestMiddleware.");

    /// <summary>
    /// Sends a request; completes at the response head. <see cref="PollHttpClient.Timeout"/>, or that of the request's options, begins
    /// anew.
    /// </summary>
    public Task<Response> SendAsync(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _index < Client.Middleware.Length
            ? Client.Middleware[_index].SendAsync(request, Next, cancellationToken)
            : Client.SendExchange(
                request.Method, request.Uri, request.HeadersOrNull, request.Content, _isBuffered, cancellationToken, request.Options, _demand);
    }

    /// <summary>Sends a request and blocks the calling thread until the response head; otherwise like <see cref="SendAsync"/>.</summary>
    public Response Send(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _index < Client.Middleware.Length
            ? Client.Middleware[_index].Send(request, Next, cancellationToken)
            : Client.SendExchangeBlocking(
                request.Method, request.Uri, request.HeadersOrNull, request.Content, _isBuffered, cancellationToken, request.Options, _demand);
    }

    private RequestSender Next => new(Client, _index + 1, _isBuffered, _demand);
}
