namespace PollHttp.Core.Tests;

internal static class LatestExchange
{
    /// <summary>Gets the exchange under way, or the last one, which is the one that a test is about.</summary>
    public static HttpExchange Latest(this Http1Connection http) => new(http, http.LatestExchange);
}
