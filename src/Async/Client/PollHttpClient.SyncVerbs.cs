using PollHttp.Bodies;
using PollHttp.Exchanges;
using PollHttp.Responses;

namespace PollHttp;

// The verbs of the sync drive: each blocks the calling thread as Send does.
public sealed partial class PollHttpClient
{
    /// <summary>Sends a GET request and blocks the calling thread until the response head, as <see cref="Send(Request, CancellationToken)"/>
    /// does.</summary>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public Response Get(Uri? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendBlocking("GET", uri, null, null, false, cancellationToken, options);

    /// <inheritdoc cref="Get(Uri, RequestOptions, CancellationToken)"/>
    public Response Get(string? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Get(ToUri(uri), options, cancellationToken);

    /// <summary>Sends a HEAD request and blocks the calling thread until the response head, as <see cref="Send(Request, CancellationToken)"/>
    /// does.</summary>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public Response Head(Uri? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendBlocking("HEAD", uri, null, null, false, cancellationToken, options);

    /// <inheritdoc cref="Head(Uri, RequestOptions, CancellationToken)"/>
    public Response Head(string? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Head(ToUri(uri), options, cancellationToken);

    /// <summary>Sends a DELETE request and blocks the calling thread until the response head, as <see cref="Send(Request, CancellationToken)"/>
    /// does.</summary>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public Response Delete(Uri? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendBlocking("DELETE", uri, null, null, false, cancellationToken, options);

    /// <inheritdoc cref="Delete(Uri, RequestOptions, CancellationToken)"/>
    public Response Delete(string? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Delete(ToUri(uri), options, cancellationToken);

    /// <summary>Sends a POST request and blocks the calling thread until the response head, as <see cref="Send(Request, CancellationToken)"/>
    /// does.</summary>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public Response Post(Uri? uri, RequestContent? content, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendBlocking("POST", uri, null, content, false, cancellationToken, options);

    /// <inheritdoc cref="Post(Uri, RequestContent, RequestOptions, CancellationToken)"/>
    public Response Post(string? uri, RequestContent? content, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Post(ToUri(uri), content, options, cancellationToken);

    /// <summary>Sends a PUT request and blocks the calling thread until the response head, as <see cref="Send(Request, CancellationToken)"/>
    /// does.</summary>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public Response Put(Uri? uri, RequestContent? content, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendBlocking("PUT", uri, null, content, false, cancellationToken, options);

    /// <inheritdoc cref="Put(Uri, RequestContent, RequestOptions, CancellationToken)"/>
    public Response Put(string? uri, RequestContent? content, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Put(ToUri(uri), content, options, cancellationToken);

    /// <summary>Sends a PATCH request and blocks the calling thread until the response head, as <see cref="Send(Request, CancellationToken)"/>
    /// does.</summary>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public Response Patch(Uri? uri, RequestContent? content, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendBlocking("PATCH", uri, null, content, false, cancellationToken, options);

    /// <inheritdoc cref="Patch(Uri, RequestContent, RequestOptions, CancellationToken)"/>
    public Response Patch(string? uri, RequestContent? content, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Patch(ToUri(uri), content, options, cancellationToken);

    /// <summary>Gets a body as text and blocks the calling thread until it was read whole; a status outside 200 to 299 throws.</summary>
    /// <exception cref="HttpRequestException">The status is not a success, or the body is larger than
    /// <see cref="MaxResponseContentBufferSize"/>.</exception>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public string GetString(Uri? uri, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        using Response response = SendBlocking("GET", uri, null, null, true, cancellationToken, options);
        response.EnsureSuccessStatusCode().Buffer(BufferLimit, cancellationToken);
        return BodyText.Decode(BodyBuffer.ReadMemory(response, BufferLimit), response.Headers);
    }

    /// <inheritdoc cref="GetString(Uri, RequestOptions, CancellationToken)"/>
    public string GetString(string? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        GetString(ToUri(uri), options, cancellationToken);

    /// <summary>Gets a body as bytes and blocks the calling thread until it was read whole; a status outside 200 to 299 throws.</summary>
    /// <exception cref="HttpRequestException">The status is not a success, or the body is larger than
    /// <see cref="MaxResponseContentBufferSize"/>.</exception>
    /// <inheritdoc cref="Send(Request, CancellationToken)" path="/exception"/>
    public byte[] GetByteArray(Uri? uri, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        using Response response = SendBlocking("GET", uri, null, null, true, cancellationToken, options);
        response.EnsureSuccessStatusCode().Buffer(BufferLimit, cancellationToken);
        return BodyBuffer.Read(response, BufferLimit);
    }

    /// <inheritdoc cref="GetByteArray(Uri, RequestOptions, CancellationToken)"/>
    public byte[] GetByteArray(string? uri, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        GetByteArray(ToUri(uri), options, cancellationToken);

    /// <summary>Sends a request and reads its whole response into memory.</summary>
    private Response SendWhole(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, CancellationToken token, RequestOptions? options = null,
        VersionDemand? demand = null)
    {
        Response response = SendBlocking(method, uri, headers, content, true, token, options, demand);
        try
        {
            response.Buffer(BufferLimit, token);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
