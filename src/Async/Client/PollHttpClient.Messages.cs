using PollHttp.Addresses;
using PollHttp.Client;

namespace PollHttp;

// Requests made for HttpClient.
public sealed partial class PollHttpClient
{
    /// <summary>Sends a request made for HttpClient, with its fields and content; completes at the response head. The message is not
    /// changed or disposed, and can be sent again if its content can be. Its version is used if it is 1.0 or 1.1; a higher version is sent
    /// as 1.1.</summary>
    /// <exception cref="HttpRequestException">The message requires a version that is not supported, and forbids a lower one.</exception>
    public Task<Response> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <inheritdoc cref="SendAsync(HttpRequestMessage, CancellationToken)"/>
    /// <param name="request">The request to send.</param>
    /// <param name="completionOption">Whether to complete at the head or when the body has been read whole.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<Response> SendAsync(
        HttpRequestMessage request, HttpCompletionOption completionOption, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (RefusalOf(request) is { } refusal)
        {
            return Task.FromException<Response>(refusal);
        }

        RequestContent? content = request.Content;
        return SendAsync(request.Method.Method, request.RequestUri, MessageFields.Of(request.Headers), content, completionOption, cancellationToken, request.Version);
    }

    private static HttpRequestException? RefusalOf(HttpRequestMessage request) =>
        request.VersionPolicy == HttpVersionPolicy.RequestVersionOrLower || request.Version.Major <= 1 ? null : new(
            HttpRequestError.VersionNegotiationError,
            $"The request asks for HTTP/{request.Version} by {request.VersionPolicy}, which a message can't request from PollHttpClient: set its DefaultRequestVersion and DefaultVersionPolicy.");

    private Task<Response> SendAsync(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, HttpCompletionOption completionOption, CancellationToken token,
        Version? version = null) => completionOption switch
        {
            HttpCompletionOption.ResponseHeadersRead => SendCore(method, uri, headers, content, false, token, version: version),
            HttpCompletionOption.ResponseContentRead => BufferAsync(SendCore(method, uri, headers, content, true, token, version: version), token),
            _ => throw new ArgumentOutOfRangeException(nameof(completionOption)),
        };

    private async Task<Response> BufferAsync(Task<Response> pending, CancellationToken token)
    {
        Response response = await pending.ConfigureAwait(Loop.KeepsContext);
        try
        {
            await response.BufferAsync(BufferLimit, token).ConfigureAwait(Loop.KeepsContext);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
