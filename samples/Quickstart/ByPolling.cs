using System.Security.Cryptography;
using System.Text;
using PollHttp.Core;
using PollHttp.Sockets;

namespace PollHttp.Quickstart;

/// <summary>
/// The page by polling, line by line as a game would do it: connect, request, read. Without a story (null), the text after
/// each <c>story?.</c> is not even made, so that what is allocated is the client's and not the narrator's.
/// </summary>
internal static class ByPolling
{
    public static Fetched Fetch(Uri url, TextWriter? story, bool bySlices = false)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] beginning = new byte[200];
        long bytes = 0;
        int naps = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();

        // A client needs a network: real sockets here, a simulated one in a test.
        using PollClient client = new(SocketNetwork.Default);

        // Connecting. The scheme in front of the host says whether to use TLS.
        client.ConnectToHost($"{url.Scheme}://{url.IdnHost}", url.Port);
        story?.WriteLine($"   ConnectToHost:  {client.Status}");
        while (client.Status is PollStatus.Resolving or PollStatus.Connecting)
        {
            client.Poll();
            NextFrame(ref naps);
        }

        Expect(client, PollStatus.Connected, url);
        story?.WriteLine($"   after {naps} naps:  {client.Status}");

        // Asking for the page.
        HeaderField[] headers = [new("User-Agent", "PollHttp-Quickstart/1.0"), new("Accept", "*/*")];
        client.Request("GET", url.PathAndQuery, headers);
        story?.WriteLine($"   Request:  {client.Status}");
        while (client.Status == PollStatus.Requesting)
        {
            client.Poll();
            NextFrame(ref naps);
        }

        if (!client.HasResponse)
        {
            Expect(client, PollStatus.Body, url);
        }

        // The head is here, the body on its way.
        story?.WriteLine($"   after {naps} naps:  {client.Status}, code {client.ResponseCode}");
        if (story is not null)
        {
            foreach (HeaderField header in client.ResponseHeaders)
            {
                story.WriteLine($"     {header}");
            }
        }

        story?.WriteLine(client.IsResponseChunked
            ? "   The body comes in chunks."
            : $"   The body's length: {client.ResponseBodyLength} (-1: unknown)");

        // Reading it.
        while (client.Status == PollStatus.Body)
        {
            client.Poll();
            int taken = bySlices ? TakeSlices(client, Take) : TakeChunk(client, Take);
            if (taken == 0)
            {
                NextFrame(ref naps); // nothing there yet
            }
        }

        if (client.Status is not (PollStatus.Connected or PollStatus.Disconnected))
        {
            Expect(client, PollStatus.Connected, url);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        story?.WriteLine($"   Bytes got: {bytes:N0}, with {naps} naps between polls. It begins:\n");
        if (story is not null)
        {
            foreach (string line in Encoding.UTF8.GetString(beginning, 0, (int)Math.Min(bytes, beginning.Length)).Split('\n').SkipLast(1))
            {
                story.WriteLine($"     | {line.TrimEnd()}");
            }
        }

        return new(bytes, Convert.ToHexString(hash.GetHashAndReset()), allocated);

        void Take(ReadOnlySpan<byte> piece)
        {
            if (bytes < beginning.Length)
            {
                piece[..Math.Min(piece.Length, beginning.Length - (int)bytes)].CopyTo(beginning.AsSpan((int)bytes));
            }

            hash.AppendData(piece);
            bytes += piece.Length;
        }
    }

    /// <summary>The simple way to read: an array of your own, at most <see cref="PollClient.ReadChunkSize"/> long.</summary>
    private static int TakeChunk(PollClient client, Action<ReadOnlySpan<byte>> take)
    {
        byte[] chunk = client.ReadResponseBodyChunk();
        take(chunk);
        return chunk.Length;
    }

    /// <summary>The way that copies and allocates nothing: the client's own memory, until it is told to go on.</summary>
    private static int TakeSlices(PollClient client, Action<ReadOnlySpan<byte>> take)
    {
        int taken = 0;
        while (client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            take(slice.Span);
            taken += slice.Length;
            client.AdvanceBody(slice.Length);
        }

        return taken;
    }

    /// <summary>What a game does between two polls is its next frame; a sample that has no frames takes a short nap instead.</summary>
    private static void NextFrame(ref int naps)
    {
        naps++;
        Thread.Sleep(1);
    }

    /// <summary>The network's failures are a status and a fault, never an exception; this sample has nothing better to do with one.</summary>
    private static void Expect(PollClient client, PollStatus wanted, Uri url)
    {
        if (client.Status != wanted)
        {
            string why = client.Fault.Exists ? client.Fault.Describe() : $"the connection is {client.Status}, not {wanted}.";
            throw new SampleException($"Fetching {url} failed: {why}");
        }
    }
}
