using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PollHttp;

// JSON bodies: the same names and argument order as HttpClient's extension methods.
public sealed partial class PollHttpClient
{
    /// <summary>Gets a body as JSON. Read by reflection; see the overload with a JsonTypeInfo for trimmed programs.</summary>
    /// <exception cref="HttpRequestException">The status is no success, or the body is larger than <see cref="MaxResponseContentBufferSize"/>.</exception>
    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> GetFromJsonAsync<T>(string? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> GetFromJsonAsync<T>(string? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <summary>Gets a body as JSON. Needs no reflection.</summary>
    /// <inheritdoc cref="GetFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)" path="/exception"/>
    public Task<T?> GetFromJsonAsync<T>(string? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.ReadAsync(SendCore("GET", ToUri(requestUri), null, null, true, cancellationToken), Loop, BufferLimit, jsonTypeInfo, cancellationToken);
    }

    /// <inheritdoc cref="GetFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> GetFromJsonAsync<T>(Uri? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> GetFromJsonAsync<T>(Uri? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <summary>Gets a body as JSON. Needs no reflection.</summary>
    /// <inheritdoc cref="GetFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)" path="/exception"/>
    public Task<T?> GetFromJsonAsync<T>(Uri? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.ReadAsync(SendCore("GET", requestUri, null, null, true, cancellationToken), Loop, BufferLimit, jsonTypeInfo, cancellationToken);
    }

    /// <summary>Sends a DELETE request and reads the body of its response as JSON. Read by reflection; see the overload with a JsonTypeInfo for trimmed programs.</summary>
    /// <exception cref="HttpRequestException">The status is no success, or the body is larger than <see cref="MaxResponseContentBufferSize"/>.</exception>
    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> DeleteFromJsonAsync<T>(string? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="DeleteFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> DeleteFromJsonAsync<T>(string? requestUri, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <summary>Sends a DELETE request and reads the body of its response as JSON. Needs no reflection.</summary>
    /// <inheritdoc cref="DeleteFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)" path="/exception"/>
    public Task<T?> DeleteFromJsonAsync<T>(string? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.ReadAsync(SendCore("DELETE", ToUri(requestUri), null, null, true, cancellationToken), Loop, BufferLimit, jsonTypeInfo, cancellationToken);
    }

    /// <inheritdoc cref="DeleteFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> DeleteFromJsonAsync<T>(Uri? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="DeleteFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<T?> DeleteFromJsonAsync<T>(Uri? requestUri, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <summary>Sends a DELETE request and reads the body of its response as JSON. Needs no reflection.</summary>
    /// <inheritdoc cref="DeleteFromJsonAsync{T}(string, JsonSerializerOptions, CancellationToken)" path="/exception"/>
    public Task<T?> DeleteFromJsonAsync<T>(Uri? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.ReadAsync(SendCore("DELETE", requestUri, null, null, true, cancellationToken), Loop, BufferLimit, jsonTypeInfo, cancellationToken);
    }

    /// <summary>Gets a JSON array, element by element as they arrive. The request is sent when the enumeration begins; leaving it early
    /// ends the response.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(string? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(string? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(string, JsonSerializerOptions, CancellationToken)"/>
    public IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(string? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.StreamAsync(
            token => SendCore("GET", ToUri(requestUri), null, null, false, token),
            Loop,
            (stream, token) => JsonSerializer.DeserializeAsyncEnumerable(stream, jsonTypeInfo, token),
            cancellationToken);
    }

    /// <summary>Gets a JSON array, element by element as they arrive. The request is sent when the enumeration begins; leaving it early
    /// ends the response.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(Uri? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(Uri? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(string, JsonSerializerOptions, CancellationToken)"/>
    public IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(Uri? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.StreamAsync(
            token => SendCore("GET", requestUri, null, null, false, token),
            Loop,
            (stream, token) => JsonSerializer.DeserializeAsyncEnumerable(stream, jsonTypeInfo, token),
            cancellationToken);
    }
}
