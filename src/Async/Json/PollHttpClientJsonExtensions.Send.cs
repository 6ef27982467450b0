using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PollHttp;

// Sending contents in JSON.
public static partial class PollHttpClientJsonExtensions
{
    /// <summary>Sends a value as JSON with POST; completes at the response head. Uses reflection; for trimmed programs use the overload
    /// with a JsonTypeInfo.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PostAsJsonAsync<T>(
        this PollHttpClient client, string? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        Checked(client).PostAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PostAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PostAsJsonAsync<T>(this PollHttpClient client, string? requestUri, T value, CancellationToken cancellationToken) =>
        Checked(client).PostAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with POST; completes at the response head. Does not use reflection.</summary>
    public static Task<Response> PostAsJsonAsync<T>(
        this PollHttpClient client, string? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        Checked(client).PostAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <inheritdoc cref="PostAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PostAsJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        Checked(client).PostAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PostAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PostAsJsonAsync<T>(this PollHttpClient client, Uri? requestUri, T value, CancellationToken cancellationToken) =>
        Checked(client).PostAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <inheritdoc cref="PostAsJsonAsync{T}(PollHttpClient, string, T, JsonTypeInfo{T}, CancellationToken)"/>
    public static Task<Response> PostAsJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        Checked(client).PostAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <summary>Sends a value as JSON with PUT; completes at the response head. Uses reflection; for trimmed programs use the overload with
    /// a JsonTypeInfo.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PutAsJsonAsync<T>(
        this PollHttpClient client, string? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        Checked(client).PutAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PutAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PutAsJsonAsync<T>(this PollHttpClient client, string? requestUri, T value, CancellationToken cancellationToken) =>
        Checked(client).PutAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with PUT; completes at the response head. Does not use reflection.</summary>
    public static Task<Response> PutAsJsonAsync<T>(
        this PollHttpClient client, string? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        Checked(client).PutAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <inheritdoc cref="PutAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PutAsJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        Checked(client).PutAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PutAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PutAsJsonAsync<T>(this PollHttpClient client, Uri? requestUri, T value, CancellationToken cancellationToken) =>
        Checked(client).PutAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <inheritdoc cref="PutAsJsonAsync{T}(PollHttpClient, string, T, JsonTypeInfo{T}, CancellationToken)"/>
    public static Task<Response> PutAsJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        Checked(client).PutAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <summary>Sends a value as JSON with PATCH; completes at the response head. Uses reflection; for trimmed programs use the overload
    /// with a JsonTypeInfo.</summary>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PatchAsJsonAsync<T>(
        this PollHttpClient client, string? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        Checked(client).PatchAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PatchAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PatchAsJsonAsync<T>(this PollHttpClient client, string? requestUri, T value, CancellationToken cancellationToken) =>
        Checked(client).PatchAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <summary>Sends a value as JSON with PATCH; completes at the response head. Does not use reflection.</summary>
    public static Task<Response> PatchAsJsonAsync<T>(
        this PollHttpClient client, string? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        Checked(client).PatchAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    /// <inheritdoc cref="PatchAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PatchAsJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, T value, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        Checked(client).PatchAsync(requestUri, RequestContent.FromJson(value, options), cancellationToken);

    /// <inheritdoc cref="PatchAsJsonAsync{T}(PollHttpClient, string, T, JsonSerializerOptions, CancellationToken)"/>
    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static Task<Response> PatchAsJsonAsync<T>(this PollHttpClient client, Uri? requestUri, T value, CancellationToken cancellationToken) =>
        Checked(client).PatchAsync(requestUri, RequestContent.FromJson(value, options: null), cancellationToken);

    /// <inheritdoc cref="PatchAsJsonAsync{T}(PollHttpClient, string, T, JsonTypeInfo{T}, CancellationToken)"/>
    public static Task<Response> PatchAsJsonAsync<T>(
        this PollHttpClient client, Uri? requestUri, T value, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default) =>
        Checked(client).PatchAsync(requestUri, RequestContent.FromJson(value, jsonTypeInfo), cancellationToken);

    private static PollHttpClient Checked(PollHttpClient client) => client ?? throw new ArgumentNullException(nameof(client));
}
