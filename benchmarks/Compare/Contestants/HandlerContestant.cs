namespace PollHttp.Compare;

/// <summary>The platform's <see cref="HttpClient"/> over our handler: what changing one line brings.</summary>
internal static class HandlerContestant
{
    public static async Task RaceAsync(Job job)
    {
        using PollHttpHandler handler = new()
        {
            MaxConnectionsPerServer = job.MostConnections,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = Clients.Trust },
        };
        await HttpClientContestant.RaceAsync(job, handler);
    }
}
