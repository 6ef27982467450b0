namespace PollHttp;

/// <summary>
/// Handles the calls of a <see cref="PollHttpClient"/> before they are sent, as a DelegatingHandler does for HttpClient: for retries, for
/// tokens that expire, for logging. Add it to <see cref="PollHttpClientOptions.Middleware"/>.
/// </summary>
/// <remarks>
/// <para>It is called once for each call of the client, whatever the verb, including downloads. It does not see redirects, challenges or
/// retries on a new connection, which happen below it. It gets the response when the head has arrived, with the body unread.</para>
/// <para>Thread safety: one object may serve several clients, and several calls at the same time. It is called on the thread of the caller,
/// continues where its own awaits do, and is not disposed.</para>
/// </remarks>
public abstract class RequestMiddleware
{
    /// <summary>Handles a call: sends the request once, several times, or not at all.</summary>
    /// <param name="request">The request of this call only, with its absolute address; it may be changed. The default fields of the client
    /// are not in it yet; fields of the request take precedence over them.</param>
    /// <param name="next">Sends the request to the next middleware, or to the server. Can be used again, with the same or another request,
    /// if the content can be replayed.</param>
    /// <param name="cancellationToken">The token of the call.</param>
    /// <returns>The response of the call. A response that is not returned must be disposed.</returns>
    public abstract Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken);

    /// <summary>Handles a blocking call, on its thread. Unless overridden it throws, so that no blocking call bypasses the
    /// middleware.</summary>
    /// <inheritdoc cref="SendAsync(Request, RequestSender, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="SendAsync(Request, RequestSender, CancellationToken)" path="/returns"/>
    /// <exception cref="NotSupportedException">The method is not overridden.</exception>
    public virtual Response Send(Request request, RequestSender next, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType()} handles awaited calls alone; for blocking ones it must override Send as well as SendAsync.");
}
