namespace PollHttp.Docs.Tests.Examples;

/// <summary>
/// The README's own; that of polling is in PollExample. They name an address of the world outside, so they are only compiled here; the quickstart runs the same
/// calls against a server of its own.
/// </summary>
internal static class ReadmeExamples
{
    public static async Task AwaitAsync()
    {
        // example: await
        await using var client = new PollHttpClient();
        using Response response = await client.GetAsync("https://example.org/");
        Console.WriteLine(response.StatusCode);
        await using FileStream file = File.Create("page.html");
        await foreach (ReadOnlyMemory<byte> slice in response.Body)   // where the bytes were received, no copy;
        {                                                             // valid until the next iteration
            await file.WriteAsync(slice);
        }
        // end
    }

    public static void Drives()
    {
        // example: drives
        PollLoop.Run(async loop =>                                    // run: this thread, which sleeps in between
        {
            await using var client = new PollHttpClient(loop);
            Console.WriteLine(await client.GetStringAsync("https://example.org/"));
        });

        var frames = new PollLoop();                                  // manual: nothing happens but in Poll
        var gameClient = new PollHttpClient(frames);
        while (Running()) { frames.Poll(TimeSpan.FromMilliseconds(2)); NextFrame(); }
        // end
    }

    private static bool Running() => false;

    private static void NextFrame()
    {
        // Where a game draws.
    }
}
