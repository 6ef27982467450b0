namespace PollHttp;

/// <summary>
/// Stands between the calls of a <see cref="PollHttpClient"/> and their sending, as a DelegatingHandler does under HttpClient: the place for
/// retries, for tokens that are renewed, for a log. Set by <see cref="PollHttpClientOptions.Middleware"/>.
/// </summary>
/// <remarks>
/// <para>It is called once for each call of the client, whatever the verb, downloads included, and sees no redirect, challenge or repeat of
/// the connection's: these are below it. It gets the response at its head, with the body unread.</para>
/// <para>Thread safety: one object may serve several clients, and calls at the same time. It is called on the thread of the caller, goes on
/// where its own awaits do, and is not disposed.</para>
/// </remarks>
public abstract class RequestMiddleware
{
    /// <summary>Handles a call: sends the request on once, several times, or not at all.</summary>
    /// <param name="request">The request of this call alone, with its absolute address, to be changed as needed. The default fields of the
    /// client are not in it yet; its own ones go before them.</param>
    /// <param name="next">Sends it on: to the next middleware, or to the server. May be used again, with the same or another request, as long
    /// as the content can be replayed.</param>
    /// <param name="cancellationToken">That of the call.</param>
    /// <returns>The response of the call. One that is not returned must be disposed.</returns>
    public abstract Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken);

    /// <summary>Handles a blocking call, on its thread. Unless overridden it throws, so that no blocking call goes past what it is there
    /// for.</summary>
    /// <inheritdoc cref="SendAsync(Request, RequestSender, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="SendAsync(Request, RequestSender, CancellationToken)" path="/returns"/>
    /// <exception cref="NotSupportedException">It is not overridden.</exception>
    public virtual Response Send(Request request, RequestSender next, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType()} handles awaited calls alone; for blocking ones it must override Send as well as SendAsync.");
}
