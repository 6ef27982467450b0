namespace PollHttp.Docs.Tests.Examples;

internal static class SwapInExamples
{
    public static void Handler()
    {
        // example: swap-in
        using var client = new HttpClient(new PollHttpHandler { MaxConnectionsPerServer = 16 });
        // end
    }
}
