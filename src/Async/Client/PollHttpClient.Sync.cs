using PollHttp.Addresses;
using PollHttp.Client;
using PollHttp.Exchanges;

namespace PollHttp;

// The sync drive: over the same connections as all other calls, polled by the calling thread.
public sealed partial class PollHttpClient
{
    /// <summary>
    /// Sends a request and blocks the calling thread until the response head. No task is created and no thread pool is needed: the calling
    /// thread itself connects, sends and receives. Read the body with <c>foreach</c> over <see cref="Response.Body"/>,
    /// <see cref="Response.CopyTo"/>, <see cref="Response.ReadAsString"/> or <see cref="Response.ReadAsByteArray"/>, on any one thread. On
    /// a client with your own loop, the asynchronous methods of the response block when they would wait.
    /// </summary>
    /// <remarks>
    /// The connections are those of the asynchronous calls: idle ones are shared, limits apply to all together, and all calls wait for a
    /// connection in one queue. The loop need not be polled meanwhile, but its own requests hold their connections until it is. For a
    /// content that is not memory, <see cref="RequestContent.WriteTo"/> is called on this thread. The method may be called on the thread of
    /// a loop, which pauses meanwhile, except while the call waits for one of its connections. It may also be called from a callback or a
    /// content of another request. There it does not wait for a connection, which might in turn wait for it, but opens one above the limit.
    /// In HTTP/2 the loop polls the connection, and the calling thread waits. That needs background drive, or a call on the thread of the loop and
    /// not within another request. Other calls go in HTTP/1.1, or fail where their version policy forbids that.
    /// </remarks>
    /// <param name="request">The request to send.</param>
    /// <param name="cancellationToken">Cancels the call, from another thread.</param>
    /// <exception cref="PollHttpException">No response head arrived.</exception>
    /// <exception cref="RequestTimeoutException">A timeout expired.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)] // target-typed new(…) selects this overload
    public Response Send(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendBlocking(
            request.Method, request.Uri, request.HeadersOrNull, request.Content, false, cancellationToken, request.Options);
    }

    /// <summary>Sends a request made for HttpClient, as <see cref="SendAsync(HttpRequestMessage, CancellationToken)"/> does, and blocks the
    /// calling thread until the response head. A content is written by its synchronous <c>SerializeToStream</c>; a content without one
    /// throws NotSupportedException.</summary>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public Response Send(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <inheritdoc cref="Send(HttpRequestMessage, CancellationToken)"/>
    /// <param name="request">The request to send.</param>
    /// <param name="completionOption">Whether to return at the head or when the body has been read whole.</param>
    /// <param name="cancellationToken">Cancels the call, from another thread.</param>
    public Response Send(HttpRequestMessage request, HttpCompletionOption completionOption, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (completionOption is not (HttpCompletionOption.ResponseHeadersRead or HttpCompletionOption.ResponseContentRead))
        {
            throw new ArgumentOutOfRangeException(nameof(completionOption));
        }

        HeaderList headers = MessageFields.Of(request.Headers);
        return completionOption == HttpCompletionOption.ResponseContentRead
            ? SendWhole(request.Method.Method, request.RequestUri, headers, request.Content, cancellationToken, demand: DemandOf(request))
            : SendBlocking(request.Method.Method, request.RequestUri, headers, request.Content, false, cancellationToken, demand: DemandOf(request));
    }

    private Response SendBlocking(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, bool isBuffered, CancellationToken token,
        RequestOptions? options = null, VersionDemand? demand = null)
    {
        if (Middleware.Length == 0)
        {
            return SendExchangeBlocking(method, uri, headers, content, isBuffered, token, options, demand);
        }

        (RequestSender sender, Request request) = Enter(method, uri, headers, content, isBuffered, options, demand);
        return sender.Send(request, token);
    }

    /// <summary>Sends a request without the middleware.</summary>
    internal Response SendExchangeBlocking(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, bool isBuffered, CancellationToken token, RequestOptions? options,
        VersionDemand? demand)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Exchange exchange = MakeExchange(method, uri, headers, content, isBuffered, token, options, demand);
        token.ThrowIfCancellationRequested();
        return BlockingCall.Send(exchange);
    }
}
