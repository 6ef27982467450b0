using System.Security.Cryptography;

namespace PollHttp.Quickstart;

/// <summary>The page with <c>await</c>.</summary>
internal static class ByAwaiting
{
    public static async Task<Fetched> FetchAsync(Uri url, TextWriter? story)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long bytes = 0;
        int slices = 0;
        long before = GC.GetTotalAllocatedBytes(precise: true);

        await using PollHttpClient client = new();
        using Response response = await client.GetAsync(url);
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            // The slice lies where the socket's bytes were received: no copy. It is yours until the next iteration.
            hash.AppendData(slice.Span);
            bytes += slice.Length;
            slices++;
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        story?.WriteLine($"   Status {(int)response.StatusCode}, {bytes:N0} bytes in {slices} slices, none of them copied.");

        return new(bytes, Convert.ToHexString(hash.GetHashAndReset()), allocated);
    }
}
