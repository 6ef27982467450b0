using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp.Json;

/// <summary>
/// Reads a response body as JSON. Whole first: parsing once over memory costs less than parsing as it arrives, and a body that
/// breaks off or is no success is found out before anything is made of it.
/// </summary>
internal static class JsonBody
{
    public static async Task<T?> ReadAsync<T>(Task<Response> pending, PollLoop loop, int limit, JsonTypeInfo<T> type, CancellationToken token)
    {
        using Response response = await pending.ConfigureAwait(loop.KeepsContext);
        ReadOnlyMemory<byte> body = await ReadAsync(response, limit, token).ConfigureAwait(loop.KeepsContext);
        return JsonSerializer.Deserialize(body.Span, type);
    }

    /// <summary>The elements of an array, each as soon as it is whole; the response is disposed at the end.</summary>
    public static async IAsyncEnumerable<T?> StreamAsync<T>(
        Func<CancellationToken, Task<Response>> send,
        PollLoop loop,
        Func<Stream, CancellationToken, IAsyncEnumerable<T?>> parse,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default)
    {
        using Response response = await send(token).ConfigureAwait(loop.KeepsContext);
        response.EnsureSuccessStatusCode();
        Stream stream = response.OpenBodyStream();
        await using (stream.ConfigureAwait(loop.KeepsContext))
        {
            Stream utf8 = ContentCharset.OfJson(response.Headers) is { } other ? Encoding.CreateTranscodingStream(stream, other, Encoding.UTF8) : stream;
            await foreach (T? element in parse(utf8, token).WithCancellation(token).ConfigureAwait(loop.KeepsContext))
            {
                yield return element;
            }
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Response response, int limit, CancellationToken token)
    {
        response.EnsureSuccessStatusCode();
        ReadOnlyMemory<byte> body = await BodyBuffer.ReadMemoryAsync(response, limit, token).ConfigureAwait(response.Loop.KeepsContext);
        if (ContentCharset.OfJson(response.Headers) is not null)
        {
            return Encoding.UTF8.GetBytes(BodyText.Decode(body, response.Headers));
        }

        return body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[3..] : body;
    }
}
