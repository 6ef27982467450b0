using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PollHttp.Json;
using PollHttp.Requests;

namespace PollHttp;

/// <summary>
/// Provides JSON methods for <see cref="PollHttpClient"/>. Names and argument order are those of System.Net.Http.Json. For a request with
/// its own options, send <see cref="RequestContent.FromJson{T}(T, JsonTypeInfo{T})"/> and read with
/// <see cref="Response.ReadFromJsonAsync{T}(JsonTypeInfo{T}, CancellationToken)"/>.
/// </summary>
public static partial class PollHttpClientJsonExtensions
{
    /// <summary>Gets a body as JSON. Uses reflection; for trimmed programs use the overload with a JsonTypeInfo.</summary>
    /// <exception cref="HttpRequestException">The status is not a success, or the body is larger than
    /// <see cref="PollHttpClient.MaxResponseContentBufferSize"/>.</exception>
    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> GetFromJsonAsync<T>(
        this PollHttpClient client, string? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> GetFromJsonAsync<T>(this PollHttpClient client, string? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <summary>Gets a body as JSON. Does not use reflection.</summary>
    /// <inheritdoc cref="GetFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)" path="/exception"/>
    public static Task<T?> GetFromJsonAsync<T>(
        this PollHttpClient client, string? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(client, PollHttpClient.ToUri(requestUri), jsonTypeInfo, cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> GetFromJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> GetFromJsonAsync<T>(this PollHttpClient client, Uri? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsync{T}(PollHttpClient, string, JsonTypeInfo{T}, CancellationToken)"/>
    public static Task<T?> GetFromJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.ReadAsync(
            client.SendCore("GET", requestUri, null, null, true, cancellationToken), client.Loop, client.BufferLimit, jsonTypeInfo, cancellationToken);
    }

    /// <summary>Sends a DELETE request and reads the body of its response as JSON. Uses reflection; for trimmed programs use the overload
    /// with a JsonTypeInfo.</summary>
    /// <exception cref="HttpRequestException">The status is not a success, or the body is larger than
    /// <see cref="PollHttpClient.MaxResponseContentBufferSize"/>.</exception>
    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> DeleteFromJsonAsync<T>(
        this PollHttpClient client, string? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="DeleteFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> DeleteFromJsonAsync<T>(this PollHttpClient client, string? requestUri, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <summary>Sends a DELETE request and reads the body of its response as JSON. Does not use reflection.</summary>
    /// <inheritdoc cref="DeleteFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)" path="/exception"/>
    public static Task<T?> DeleteFromJsonAsync<T>(
        this PollHttpClient client, string? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(client, PollHttpClient.ToUri(requestUri), jsonTypeInfo, cancellationToken);

    /// <inheritdoc cref="DeleteFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> DeleteFromJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="DeleteFromJsonAsync{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<T?> DeleteFromJsonAsync<T>(this PollHttpClient client, Uri? requestUri, CancellationToken cancellationToken = default) =>
        DeleteFromJsonAsync(client, requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <inheritdoc cref="DeleteFromJsonAsync{T}(PollHttpClient, string, JsonTypeInfo{T}, CancellationToken)"/>
    public static Task<T?> DeleteFromJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.ReadAsync(
            client.SendCore("DELETE", requestUri, null, null, true, cancellationToken), client.Loop, client.BufferLimit, jsonTypeInfo, cancellationToken);
    }

    /// <summary>Gets the elements of a JSON array as they arrive. The request is sent when the enumeration begins; ending the enumeration
    /// early ends the response.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(
        this PollHttpClient client, string? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(client, requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(this PollHttpClient client, string? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(client, requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    public static IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(
        this PollHttpClient client, string? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(client, PollHttpClient.ToUri(requestUri), jsonTypeInfo, cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(
        this PollHttpClient client, Uri? requestUri, JsonSerializerOptions? options, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(client, requestUri, JsonDefaults.TypeOf<T>(options), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(this PollHttpClient client, Uri? requestUri, CancellationToken cancellationToken = default) =>
        GetFromJsonAsAsyncEnumerable(client, requestUri, JsonDefaults.TypeOf<T>(null), cancellationToken);

    /// <inheritdoc cref="GetFromJsonAsAsyncEnumerable{T}(PollHttpClient, string, JsonSerializerOptions, CancellationToken)"/>
    public static IAsyncEnumerable<T?> GetFromJsonAsAsyncEnumerable<T>(
        this PollHttpClient client, Uri? requestUri, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonBody.StreamAsync(
            token => client.SendCore("GET", requestUri, null, null, false, token),
            client.Loop,
            (stream, token) => JsonSerializer.DeserializeAsyncEnumerable(stream, jsonTypeInfo, token),
            cancellationToken);
    }
}
