namespace PollHttp;

// The verbs. Names and argument order are those of HttpClient; each also takes request options.
public sealed partial class PollHttpClient
{
    internal static Uri? ToUri(string? uri) => string.IsNullOrEmpty(uri) ? null : new(uri, UriKind.RelativeOrAbsolute);

    /// <summary>Sends a GET request; completes at the response head.</summary>
    public Task<Response> GetAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        SendCore("GET", uri, null, null, false, cancellationToken);

    /// <inheritdoc cref="GetAsync(Uri, CancellationToken)"/>
    public Task<Response> GetAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetAsync(ToUri(uri), cancellationToken);

    /// <summary>Sends a GET request with request options; completes at the response head.</summary>
    public Task<Response> GetAsync(Uri? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        SendCore("GET", uri, null, null, false, cancellationToken, options);

    /// <inheritdoc cref="GetAsync(Uri, RequestOptions, CancellationToken)"/>
    public Task<Response> GetAsync(string? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        GetAsync(ToUri(uri), options, cancellationToken);

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

    /// <summary>Sends a HEAD request with request options; completes at the response head.</summary>
    public Task<Response> HeadAsync(Uri? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        SendCore("HEAD", uri, null, null, false, cancellationToken, options);

    /// <inheritdoc cref="HeadAsync(Uri, RequestOptions, CancellationToken)"/>
    public Task<Response> HeadAsync(string? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        HeadAsync(ToUri(uri), options, cancellationToken);

    /// <summary>Sends a DELETE request; completes at the response head.</summary>
    public Task<Response> DeleteAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        SendCore("DELETE", uri, null, null, false, cancellationToken);

    /// <inheritdoc cref="DeleteAsync(Uri, CancellationToken)"/>
    public Task<Response> DeleteAsync(string? uri, CancellationToken cancellationToken = default) =>
        DeleteAsync(ToUri(uri), cancellationToken);

    /// <summary>Sends a DELETE request with request options; completes at the response head.</summary>
    public Task<Response> DeleteAsync(Uri? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        SendCore("DELETE", uri, null, null, false, cancellationToken, options);

    /// <inheritdoc cref="DeleteAsync(Uri, RequestOptions, CancellationToken)"/>
    public Task<Response> DeleteAsync(string? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        DeleteAsync(ToUri(uri), options, cancellationToken);

    /// <summary>Sends a POST request; completes at the response head.</summary>
    public Task<Response> PostAsync(Uri? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        SendCore("POST", uri, null, content, false, cancellationToken);

    /// <inheritdoc cref="PostAsync(Uri, RequestContent, CancellationToken)"/>
    public Task<Response> PostAsync(string? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        PostAsync(ToUri(uri), content, cancellationToken);

    /// <summary>Sends a POST request with request options; completes at the response head.</summary>
    public Task<Response> PostAsync(Uri? uri, RequestContent? content, RequestOptions? options, CancellationToken cancellationToken = default) =>
        SendCore("POST", uri, null, content, false, cancellationToken, options);

    /// <inheritdoc cref="PostAsync(Uri, RequestContent, RequestOptions, CancellationToken)"/>
    public Task<Response> PostAsync(string? uri, RequestContent? content, RequestOptions? options, CancellationToken cancellationToken = default) =>
        PostAsync(ToUri(uri), content, options, cancellationToken);

    /// <summary>Sends a PUT request; completes at the response head.</summary>
    public Task<Response> PutAsync(Uri? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        SendCore("PUT", uri, null, content, false, cancellationToken);

    /// <inheritdoc cref="PutAsync(Uri, RequestContent, CancellationToken)"/>
    public Task<Response> PutAsync(string? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        PutAsync(ToUri(uri), content, cancellationToken);

    /// <summary>Sends a PUT request with request options; completes at the response head.</summary>
    public Task<Response> PutAsync(Uri? uri, RequestContent? content, RequestOptions? options, CancellationToken cancellationToken = default) =>
        SendCore("PUT", uri, null, content, false, cancellationToken, options);

    /// <inheritdoc cref="PutAsync(Uri, RequestContent, RequestOptions, CancellationToken)"/>
    public Task<Response> PutAsync(string? uri, RequestContent? content, RequestOptions? options, CancellationToken cancellationToken = default) =>
        PutAsync(ToUri(uri), content, options, cancellationToken);

    /// <summary>Sends a PATCH request; completes at the response head.</summary>
    public Task<Response> PatchAsync(Uri? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        SendCore("PATCH", uri, null, content, false, cancellationToken);

    /// <inheritdoc cref="PatchAsync(Uri, RequestContent, CancellationToken)"/>
    public Task<Response> PatchAsync(string? uri, RequestContent? content, CancellationToken cancellationToken = default) =>
        PatchAsync(ToUri(uri), content, cancellationToken);

    /// <summary>Sends a PATCH request with request options; completes at the response head.</summary>
    public Task<Response> PatchAsync(Uri? uri, RequestContent? content, RequestOptions? options, CancellationToken cancellationToken = default) =>
        SendCore("PATCH", uri, null, content, false, cancellationToken, options);

    /// <inheritdoc cref="PatchAsync(Uri, RequestContent, RequestOptions, CancellationToken)"/>
    public Task<Response> PatchAsync(string? uri, RequestContent? content, RequestOptions? options, CancellationToken cancellationToken = default) =>
        PatchAsync(ToUri(uri), content, options, cancellationToken);
}
