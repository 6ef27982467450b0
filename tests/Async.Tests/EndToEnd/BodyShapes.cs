using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Every way to take a body, to its end.</summary>
internal static class BodyShapes
{
    public static IReadOnlyList<Func<Response, Task<byte[]>>> All { get; } =
        [BySlicesAsync, ByPipeAsync, ByStreamAsync, ByTextAsync, WholeAsync, ByCopyAsync];


    private static async Task<byte[]> BySlicesAsync(Response response)
    {
        MemoryStream bytes = new();
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            bytes.Write(slice.Span);
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> ByPipeAsync(Response response)
    {
        MemoryStream bytes = new();
        while (true)
        {
            ReadResult result = await response.BodyReader.ReadAsync();
            SequencePosition half = result.IsCompleted ? result.Buffer.End : result.Buffer.GetPosition((result.Buffer.Length + 1) / 2);
            bytes.Write(result.Buffer.Slice(0, half).ToArray());
            response.BodyReader.AdvanceTo(half);
            if (result.IsCompleted)
            {
                await response.BodyReader.CompleteAsync();
                return bytes.ToArray();
            }
        }
    }

    private static async Task<byte[]> ByStreamAsync(Response response)
    {
        MemoryStream bytes = new();
        await using Stream stream = response.OpenBodyStream();
        byte[] buffer = new byte[777];
        for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> ByTextAsync(Response response) => Encoding.UTF8.GetBytes(await response.ReadAsStringAsync());

    private static Task<byte[]> WholeAsync(Response response) => response.ReadAsByteArrayAsync();

    private static async Task<byte[]> ByCopyAsync(Response response)
    {
        MemoryStream bytes = new();
        await response.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
