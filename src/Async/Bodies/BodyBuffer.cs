namespace PollHttp;

/// <summary>Reads a body whole, up to a limit.</summary>
internal static class BodyBuffer
{
    public static async ValueTask<byte[]> ReadAsync(Response response, int limit, CancellationToken token)
    {
        ReadOnlyMemory<byte> body = await ReadMemoryAsync(response, limit, token).ConfigureAwait(response.Loop.KeepsContext);
        return System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out ArraySegment<byte> segment)
            && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : body.ToArray();
    }

    public static async ValueTask<ReadOnlyMemory<byte>> ReadMemoryAsync(Response response, int limit, CancellationToken token)
    {
        if (response.TryTakeDetached(out ReadOnlyMemory<byte> detached))
        {
            return detached.Length <= limit ? detached : throw TooLarge(limit);
        }

        if (response.ContentLength > limit)
        {
            response.Dispose();
            throw TooLarge(limit);
        }

        ArrayBufferWriter<byte> writer = new((int)Math.Clamp(response.ContentLength ?? 16 * 1024, 1, 64 * 1024 * 1024));
        await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(token).ConfigureAwait(response.Loop.KeepsContext))
        {
            if (slice.Length > limit - writer.WrittenCount)
            {
                throw TooLarge(limit);
            }

            writer.Write(slice.Span);
        }

        return writer.WrittenMemory;
    }

    private static HttpRequestException TooLarge(int limit) => new(
        HttpRequestError.ConfigurationLimitExceeded, $"The body is larger than the limit of {limit} bytes for buffering.");
}
