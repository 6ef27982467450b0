using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PollHttp;

// JSON contents: the same names and argument order as HttpClient's extension methods.
public sealed partial class PollHttpClient
{
    /// <summary>Sends a value as JSON with POST; completes at the response head. Written by reflection; see the overload with a
    /// JsonTypeInfo for trimmed programs.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PostAsJsonAsync<T>(string? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        PostAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PostAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PostAsJsonAsync<T>(string? requestUri, T value, CancellationToken cancellationToken) =>
        PostAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with POST; completes at the response head. Needs no reflection.</summary>
    public Task<Response> PostAsJsonAsync<T>(string? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        PostAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <inheritdoc cref="PostAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PostAsJsonAsync<T>(Uri? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        PostAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PostAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PostAsJsonAsync<T>(Uri? requestUri, T value, CancellationToken cancellationToken) =>
        PostAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with POST; completes at the response head. Needs no reflection.</summary>
    public Task<Response> PostAsJsonAsync<T>(Uri? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        PostAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <summary>Sends a value as JSON with PUT; completes at the response head. Written by reflection; see the overload with a
    /// JsonTypeInfo for trimmed programs.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PutAsJsonAsync<T>(string? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        PutAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PutAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PutAsJsonAsync<T>(string? requestUri, T value, CancellationToken cancellationToken) =>
        PutAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with PUT; completes at the response head. Needs no reflection.</summary>
    public Task<Response> PutAsJsonAsync<T>(string? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        PutAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <inheritdoc cref="PutAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PutAsJsonAsync<T>(Uri? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        PutAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PutAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PutAsJsonAsync<T>(Uri? requestUri, T value, CancellationToken cancellationToken) =>
        PutAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with PUT; completes at the response head. Needs no reflection.</summary>
    public Task<Response> PutAsJsonAsync<T>(Uri? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        PutAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <summary>Sends a value as JSON with PATCH; completes at the response head. Written by reflection; see the overload with a
    /// JsonTypeInfo for trimmed programs.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PatchAsJsonAsync<T>(string? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        PatchAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PatchAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PatchAsJsonAsync<T>(string? requestUri, T value, CancellationToken cancellationToken) =>
        PatchAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with PATCH; completes at the response head. Needs no reflection.</summary>
    public Task<Response> PatchAsJsonAsync<T>(string? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        PatchAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <inheritdoc cref="PatchAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PatchAsJsonAsync<T>(Uri? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        PatchAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PatchAsJsonAsync{T}(string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public Task<Response> PatchAsJsonAsync<T>(Uri? requestUri, T value, CancellationToken cancellationToken) =>
        PatchAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with PATCH; completes at the response head. Needs no reflection.</summary>
    public Task<Response> PatchAsJsonAsync<T>(Uri? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        PatchAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);
}
