using System.Diagnostics.CodeAnalysis;

namespace PollHttp.Responses;

/// <summary>Reads a whole body, up to a limit.</summary>
internal static class BodyBuffer
{
    public static async ValueTask<byte[]> ReadAsync(Response response, int limit, CancellationToken token) =>
        ToArray(await ReadMemoryAsync(response, limit, token).ConfigureAwait(response.Loop.KeepsContext));

    /// <summary>Reads the body as bytes, on the calling thread.</summary>
    public static byte[] Read(Response response, int limit) => ToArray(ReadMemory(response, limit));

    public static async ValueTask<ReadOnlyMemory<byte>> ReadMemoryAsync(Response response, int limit, CancellationToken token)
    {
        if (TryBegin(response, limit, out ReadOnlyMemory<byte> body, out ArrayBufferWriter<byte>? writer))
        {
            return body;
        }

        await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(token).ConfigureAwait(response.Loop.KeepsContext))
        {
            Append(writer, slice, limit);
        }

        return writer.WrittenMemory;
    }

    /// <summary>Reads the body as memory, on the calling thread.</summary>
    public static ReadOnlyMemory<byte> ReadMemory(Response response, int limit)
    {
        if (TryBegin(response, limit, out ReadOnlyMemory<byte> body, out ArrayBufferWriter<byte>? writer))
        {
            return body;
        }

        foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            Append(writer, slice, limit);
        }

        return writer.WrittenMemory;
    }

    /// <summary>Begins to read. Returns true if the whole body was here already, false if it must be read into the writer.</summary>
    private static bool TryBegin(
        Response response, int limit, out ReadOnlyMemory<byte> body, [NotNullWhen(false)] out ArrayBufferWriter<byte>? writer)
    {
        writer = null;
        if (response.TryTakeDetached(out body))
        {
            return body.Length <= limit ? true : throw TooLarge(limit);
        }

        CheckLength(response, limit);
        writer = new((int)Math.Clamp(response.ContentLength ?? 16 * 1024, 1, 64 * 1024 * 1024));
        return false;
    }

    /// <summary>Refuses a response whose head announces a body over the limit.</summary>
    public static void CheckLength(Response response, int limit)
    {
        if (response.ContentLength > limit)
        {
            response.Dispose();
            throw TooLarge(limit);
        }
    }

    /// <summary>Refuses a body that has exceeded the limit.</summary>
    public static void CheckLimit(long length, int limit)
    {
        if (length > limit)
        {
            throw TooLarge(limit);
        }
    }

    private static byte[] ToArray(ReadOnlyMemory<byte> body) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out ArraySegment<byte> segment)
        && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : body.ToArray();

    private static void Append(ArrayBufferWriter<byte> writer, ReadOnlyMemory<byte> slice, int limit)
    {
        if (slice.Length > limit - writer.WrittenCount)
        {
            throw TooLarge(limit);
        }

        writer.Write(slice.Span);
    }

    private static HttpRequestException TooLarge(int limit) => new(
        HttpRequestError.ConfigurationLimitExceeded, $"The body is larger than the limit of {limit} bytes for buffering.");
}
