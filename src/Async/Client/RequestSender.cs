namespace PollHttp;

/// <summary>What comes after a <see cref="RequestMiddleware"/>: the next one, or the sending itself. Valid for its call; may be used several
/// times, after each other or at once.</summary>
public readonly struct RequestSender
{
    private readonly PollHttpClient? _client;
    private readonly int _index;
    private readonly bool _isBuffered;
    private readonly Version? _version;

    /// <param name="client">Whose call it is.</param>
    /// <param name="index">The middleware that is next.</param>
    /// <param name="isBuffered">Whether the body will be read whole by the call, so that its limit in time covers it.</param>
    /// <param name="version">That of a message, or null.</param>
    internal RequestSender(PollHttpClient client, int index, bool isBuffered, Version? version)
    {
        _client = client;
        _index = index;
        _isBuffered = isBuffered;
        _version = version;
    }

    /// <summary>Gets the clock of the client, which on a simulated network is virtual: <c>Task.Delay(wait, next.TimeProvider, token)</c>.</summary>
    public TimeProvider TimeProvider => Client.Loop.TimeProvider;

    private PollHttpClient Client => _client ?? throw new InvalidOperationException("This RequestSender belongs to no call; it is handed to a RequestMiddleware.");

    /// <summary>Sends a request on; completes at the response head. <see cref="PollHttpClient.Timeout"/>, or that of its options, begins anew.</summary>
    public Task<Response> SendAsync(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _index < Client.Middleware.Length
            ? Client.Middleware[_index].SendAsync(request, Next, cancellationToken)
            : Client.SendExchange(
                request.Method, request.Uri, request.HeadersOrNull, request.Content, _isBuffered, cancellationToken, request.Options, _version);
    }

    /// <summary>Sends a request on and blocks the calling thread until the response head; as <see cref="SendAsync"/>.</summary>
    public Response Send(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _index < Client.Middleware.Length
            ? Client.Middleware[_index].Send(request, Next, cancellationToken)
            : Client.SendExchangeBlocking(
                request.Method, request.Uri, request.HeadersOrNull, request.Content, _isBuffered, cancellationToken, request.Options, _version);
    }

    private RequestSender Next => new(Client, _index + 1, _isBuffered, _version);
}
