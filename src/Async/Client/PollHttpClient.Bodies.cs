using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp;

// Methods that return a body without its response. Names and argument order are those of HttpClient; each also takes request options.
public sealed partial class PollHttpClient
{
    /// <summary>Gets a body as text; a status outside 200 to 299 throws.</summary>
    public Task<string> GetStringAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        GetStringAsync(uri, options: null, cancellationToken);

    /// <inheritdoc cref="GetStringAsync(Uri, CancellationToken)"/>
    public Task<string> GetStringAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetStringAsync(ToUri(uri), options: null, cancellationToken);

    /// <summary>Gets a body as text, with request options; a status outside 200 to 299 throws.</summary>
    public async Task<string> GetStringAsync(Uri? uri, RequestOptions? options, CancellationToken cancellationToken = default)
    {
        using Response response = await SendCore("GET", uri, null, null, true, cancellationToken, options).ConfigureAwait(_engine.Loop.KeepsContext);
        response.EnsureSuccessStatusCode();
        return BodyText.Decode(
            await BodyBuffer.ReadMemoryAsync(response, BufferLimit, cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext),
            response.Headers);
    }

    /// <inheritdoc cref="GetStringAsync(Uri, RequestOptions, CancellationToken)"/>
    public Task<string> GetStringAsync(string? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        GetStringAsync(ToUri(uri), options, cancellationToken);

    /// <summary>Gets a body as bytes; a status outside 200 to 299 throws.</summary>
    public Task<byte[]> GetByteArrayAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        GetByteArrayAsync(uri, options: null, cancellationToken);

    /// <inheritdoc cref="GetByteArrayAsync(Uri, CancellationToken)"/>
    public Task<byte[]> GetByteArrayAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetByteArrayAsync(ToUri(uri), options: null, cancellationToken);

    /// <summary>Gets a body as bytes, with request options; a status outside 200 to 299 throws.</summary>
    public async Task<byte[]> GetByteArrayAsync(Uri? uri, RequestOptions? options, CancellationToken cancellationToken = default)
    {
        using Response response = await SendCore("GET", uri, null, null, true, cancellationToken, options).ConfigureAwait(_engine.Loop.KeepsContext);
        response.EnsureSuccessStatusCode();
        return await BodyBuffer.ReadAsync(response, BufferLimit, cancellationToken).ConfigureAwait(_engine.Loop.KeepsContext);
    }

    /// <inheritdoc cref="GetByteArrayAsync(Uri, RequestOptions, CancellationToken)"/>
    public Task<byte[]> GetByteArrayAsync(string? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        GetByteArrayAsync(ToUri(uri), options, cancellationToken);

    /// <summary>Gets a body as a stream; a status outside 200 to 299 throws. Dispose the stream.</summary>
    public Task<Stream> GetStreamAsync(Uri? uri, CancellationToken cancellationToken = default) =>
        GetStreamAsync(uri, options: null, cancellationToken);

    /// <inheritdoc cref="GetStreamAsync(Uri, CancellationToken)"/>
    public Task<Stream> GetStreamAsync(string? uri, CancellationToken cancellationToken = default) =>
        GetStreamAsync(ToUri(uri), options: null, cancellationToken);

    /// <summary>Gets a body as a stream, with request options; a status outside 200 to 299 throws. Dispose the stream.</summary>
    public async Task<Stream> GetStreamAsync(Uri? uri, RequestOptions? options, CancellationToken cancellationToken = default)
    {
        Response response = await SendCore("GET", uri, null, null, false, cancellationToken, options).ConfigureAwait(_engine.Loop.KeepsContext);
        return response.EnsureSuccessStatusCode().OpenBodyStream();
    }

    /// <inheritdoc cref="GetStreamAsync(Uri, RequestOptions, CancellationToken)"/>
    public Task<Stream> GetStreamAsync(string? uri, RequestOptions? options, CancellationToken cancellationToken = default) =>
        GetStreamAsync(ToUri(uri), options, cancellationToken);
}
