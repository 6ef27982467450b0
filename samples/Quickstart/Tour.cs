namespace PollHttp.Quickstart;

/// <summary>The same page fetched in two ways, and the two compared.</summary>
internal static class Tour
{
    public static async Task RunAsync(Uri url, ServerProcess? server)
    {
        Console.WriteLine($"The page: {url}\n");

        Console.WriteLine("1. By polling: you call Poll, nothing happens in between\n");
        Fetched polled = ByPolling.Fetch(url, Console.Out);
        int polledConnections = server?.CountConnections() ?? 0;

        Console.WriteLine("\n2. By awaiting: the library calls Poll for you, on a thread of its own\n");
        Fetched awaited = await ByAwaiting.FetchAsync(url, Console.Out);
        int awaitedConnections = (server?.CountConnections() ?? 0) - polledConnections;

        Console.WriteLine("\n3. Compared\n");
        Console.WriteLine($"   SHA-256, polled:  {polled.Sha256}");
        Console.WriteLine($"   SHA-256, awaited: {awaited.Sha256}");
        Console.WriteLine(polled.Sha256 == awaited.Sha256
            ? "   The same bytes."
            : "   Not the same bytes: the page changed between the two requests.");
        if (server is not null)
        {
            Console.WriteLine($"   Connections the server accepted: {polledConnections} for polling, {awaitedConnections} for awaiting.");
            if (polled.Sha256 != awaited.Sha256)
            {
                throw new SampleException("The two bodies differ, although the server always sends the same page.");
            }
        }

        // Once more without narration, which allocates more than the clients do, and with everything compiled.
        long byChunks = ByPolling.Fetch(url, story: null).AllocatedBytes;
        long bySlices = ByPolling.Fetch(url, story: null, bySlices: true).AllocatedBytes;
        long byAwaiting = (await ByAwaiting.FetchAsync(url, story: null)).AllocatedBytes;
        Console.WriteLine("   Allocated on the managed heap when the page is fetched once more, each time with a new client and connection:");
        Console.WriteLine($"     {byChunks,9:N0} B by polling, ReadResponseBodyChunk (a new array for each piece of the body)");
        Console.WriteLine($"     {bySlices,9:N0} B by polling, TryReadResponseBodySlice (no copy)");
        Console.WriteLine($"     {byAwaiting,9:N0} B by awaiting (no copy)");
        Console.WriteLine("   Polling is counted on the calling thread, on which all of it runs; awaiting on all threads.");
    }
}
