using PollHttp.Addresses;
using PollHttp.Client;
using PollHttp.Exchanges;

namespace PollHttp;

// Requests made for HttpClient.
public sealed partial class PollHttpClient
{
    /// <summary>Sends a request made for HttpClient, with its fields and content; completes at the response head. The message is not
    /// changed or disposed, and can be sent again if its content can be. Its version and policy apply.</summary>
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
        HeaderList headers = MessageFields.Of(request.Headers);
        return SendAsync(request.Method.Method, request.RequestUri, headers, request.Content, completionOption, cancellationToken, DemandOf(request));
    }

    private static VersionDemand DemandOf(HttpRequestMessage request) => VersionChoice.DemandOf(request.Version, request.VersionPolicy);

    private Task<Response> SendAsync(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, HttpCompletionOption completionOption, CancellationToken token,
        VersionDemand? demand = null) => completionOption switch
        {
            HttpCompletionOption.ResponseHeadersRead => SendCore(method, uri, headers, content, false, token, demand: demand),
            HttpCompletionOption.ResponseContentRead => BufferAsync(SendCore(method, uri, headers, content, true, token, demand: demand), token),
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
