namespace PollHttp;

// The verbs: the same names and argument order as HttpClient.
public sealed partial class PollHttpClient
{
    private static Uri? ToUri(string? uri) => string.IsNullOrEmpty(uri) ? null : new(uri, UriKind.RelativeOrAbsolute);

    /// <summary>Sends a GET request; completes at the response head.</summary>
    public Task<Response> GetAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        SendCore("GET", uri, null, null, false, cancellationToken);

    /// <inheritdoc cref="GetAsync(Uri, CancellationToken)"/>
    public Task<Response> GetAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetAsync(ToUri(uri), cancellationToken);

    /// <summary>Sends a GET request; completes at the response head, or when the body has been read whole.</summary>
    public Task<Response> GetAsync(Uri? uri, HttpCompletionOption completionOption, CancellationToken cancellationToken = default) =>
        SendAsync("GET", uri, null, null, completionOption, cancellationToken);

    /// <inheritdoc cref="GetAsync(Uri, HttpCompletionOption, CancellationToken)"/>
    public Task<Response> GetAsync(string? uri, HttpCompletionOption completionOption, CancellationToken cancellationToken = default) =>
        GetAsync(ToUri(uri), completionOption, cancellationToken);

    /// <summary>Sends a HEAD request; completes at the response head.</summary>
    public Task<Response> HeadAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        SendCore("HEAD", uri, null, null, false, cancellationToken);

    /// <inheritdoc cref="HeadAsync(Uri, CancellationToken)"/>
    public Task<Response> HeadAsync(string? uri, CancellationToken cancellationToken = default) =>
        HeadAsync(ToUri(uri), cancellationToken);

    /// <summary>Sends a DELETE request; completes at the response head.</summary>
    public Task<Response> DeleteAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        SendCore("DELETE", uri, null, null, false, cancellationToken);

    /// <inheritdoc cref="DeleteAsync(Uri, CancellationToken)"/>
    public Task<Response> DeleteAsync(string? uri, CancellationToken cancellationToken = default) =>
        DeleteAsync(ToUri(uri), cancellationToken);

    /// <summary>Sends a POST request; completes at the response head.</summary>
    public Task<Response> PostAsync(Uri? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        SendCore("POST", uri, null, content, false, cancellationToken);

    /// <inheritdoc cref="PostAsync(Uri, RequestContent, CancellationToken)"/>
    public Task<Response> PostAsync(string? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        PostAsync(ToUri(uri), content, cancellationToken);

    /// <summary>Sends a PUT request; completes at the response head.</summary>
    public Task<Response> PutAsync(Uri? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        SendCore("PUT", uri, null, content, false, cancellationToken);

    /// <inheritdoc cref="PutAsync(Uri, RequestContent, CancellationToken)"/>
    public Task<Response> PutAsync(string? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        PutAsync(ToUri(uri), content, cancellationToken);

    /// <summary>Sends a PATCH request; completes at the response head.</summary>
    public Task<Response> PatchAsync(Uri? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        SendCore("PATCH", uri, null, content, false, cancellationToken);

    /// <inheritdoc cref="PatchAsync(Uri, RequestContent, CancellationToken)"/>
    public Task<Response> PatchAsync(string? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        PatchAsync(ToUri(uri), content, cancellationToken);

    /// <summary>Gets a body as text; a status outside 200 to 299 throws.</summary>
    public async Task<string> GetStringAsync(Uri? uri, CancellationToken cancellationToken = default)
    {
        using Response response = await SendCore("GET", uri, null, null, true, cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext);
        response.EnsureSuccessStatusCode();
        return BodyText.Decode(
            await BodyBuffer.ReadMemoryAsync(response, BufferLimit, cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext),
            response.Headers);
    }

    /// <inheritdoc cref="GetStringAsync(Uri, CancellationToken)"/>
    public Task<string> GetStringAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetStringAsync(ToUri(uri), cancellationToken);

    /// <summary>Gets a body as bytes; a status outside 200 to 299 throws.</summary>
    public async Task<byte[]> GetByteArrayAsync(Uri? uri, CancellationToken cancellationToken = default)
    {
        using Response response = await SendCore("GET", uri, null, null, true, cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext);
        response.EnsureSuccessStatusCode();
        return await BodyBuffer.ReadAsync(response, BufferLimit, cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext);
    }

    /// <inheritdoc cref="GetByteArrayAsync(Uri, CancellationToken)"/>
    public Task<byte[]> GetByteArrayAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetByteArrayAsync(ToUri(uri), cancellationToken);

    /// <summary>Gets a body as a stream; a status outside 200 to 299 throws. Dispose the stream.</summary>
    public async Task<Stream> GetStreamAsync(Uri? uri, CancellationToken cancellationToken = default)
    {
        Response response = await SendCore("GET", uri, null, null, false, cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext);
        return response.EnsureSuccessStatusCode().OpenBodyStream();
    }

    /// <inheritdoc cref="GetStreamAsync(Uri, CancellationToken)"/>
    public Task<Stream> GetStreamAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetStreamAsync(ToUri(uri), cancellationToken);
}
