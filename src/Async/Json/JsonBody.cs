using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp.Json;

/// <summary>
/// Reads a response body as JSON. The whole body is read first: parsing it once in memory costs less than parsing it as it arrives, and a
/// truncated body is detected before any object is created. A body that is still on its connection is parsed in the receive buffer if it is
/// in one slice; otherwise in rented memory.
/// </summary>
internal static class JsonBody
{
    /// <summary>The size up to which a body is awaited before it is copied, since it may arrive in one slice.</summary>
    private const int Small = 64 * 1024;

    /// <summary>The maximum memory that is allocated because of an announced length.</summary>
    private const int MostAtOnce = 64 * 1024 * 1024;

    public static async Task<T?> ReadAsync<T>(Task<Response> pending, PollLoop loop, int limit, JsonTypeInfo<T> type, CancellationToken token)
    {
        using Response response = await pending.ConfigureAwait(loop.KeepsContext);
        response.EnsureSuccessStatusCode();
        if (response.IsOnConnection && ContentCharset.OfJson(response.Headers) is null)
        {
            return await ReadSlicesAsync(response, limit, type, token).ConfigureAwait(loop.KeepsContext);
        }

        ReadOnlyMemory<byte> body = await ReadAsync(response, limit, token).ConfigureAwait(loop.KeepsContext);
        return JsonSerializer.Deserialize(body.Span, type);
    }

    /// <summary>Returns the elements of an array, each as soon as it is complete; the response is disposed at the end.</summary>
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

    private static async ValueTask<T?> ReadSlicesAsync<T>(Response response, int limit, JsonTypeInfo<T> type, CancellationToken token)
    {
        BodyBuffer.CheckLength(response, limit);
        BodyPipeReader reader = response.BodyReader;
        JsonText? text = null;
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync(token).ConfigureAwait(response.Loop.KeepsContext);
                ReadOnlySequence<byte> slices = result.Buffer;
                BodyBuffer.CheckLimit((text?.Length ?? 0) + slices.Length, limit);
                if (text is null && result.IsCompleted && slices.IsSingleSegment)
                {
                    return ParseInPlace(reader, slices, type);
                }

                if (text is null && !result.IsCompleted && slices.Length < Small)
                {
                    reader.AdvanceTo(slices.Start, slices.End); // the rest may arrive in the same slab
                    continue;
                }

                text ??= new((int)Math.Clamp(response.ContentLength ?? 2 * slices.Length, slices.Length, MostAtOnce));
                text.Append(slices);
                reader.AdvanceTo(slices.End);
                if (result.IsCompleted)
                {
                    return Parse(text.Span, type);
                }
            }
        }
        finally
        {
            text?.Dispose();
        }
    }

    private static T? ParseInPlace<T>(BodyPipeReader reader, in ReadOnlySequence<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            return Parse(body.FirstSpan, type);
        }
        finally
        {
            reader.AdvanceTo(body.End); // whatever the result: the connection is free
        }
    }

    private static T? Parse<T>(ReadOnlySpan<byte> text, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text, type);

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Response response, int limit, CancellationToken token)
    {
        ReadOnlyMemory<byte> body = await BodyBuffer.ReadMemoryAsync(response, limit, token).ConfigureAwait(response.Loop.KeepsContext);
        if (ContentCharset.OfJson(response.Headers) is not null)
        {
            return Encoding.UTF8.GetBytes(BodyText.Decode(body, response.Headers));
        }

        return body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[3..] : body;
    }
}
