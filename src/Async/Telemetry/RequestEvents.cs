using System.Diagnostics;

namespace PollHttp.Telemetry;

/// <summary>The events of one request: made only where they are listened to when it begins.</summary>
internal sealed class RequestEvents
{
    private static long s_last;
    private readonly long _request = Interlocked.Increment(ref s_last);

    private RequestEvents()
    {
    }

    /// <summary>Gets a value indicating whether a request that begins now has events.</summary>
    public static bool AreWatched => PollHttpEventSource.Instance.Watches(PollHttpEventSource.Keywords.Requests);

    /// <summary>Tells that a request begins. No lock may be held.</summary>
    /// <returns>What tells of its end, or null where it has no events.</returns>
    public static RequestEvents? Begin(string method, Uri uri)
    {
        if (!AreWatched)
        {
            return null;
        }

        RequestEvents events = new();
        PollHttpEventSource.Instance.RequestStart(events._request, method, WireRedaction.Default.RedactUri(uri));
        return events;
    }

    /// <summary>Tells of its end. No lock may be held.</summary>
    /// <param name="response">The response, or null where it failed.</param>
    /// <param name="kind">The kind of failure where there is no response.</param>
    /// <param name="error">What failed, or null where the caller canceled.</param>
    /// <param name="duration">How long it took.</param>
    public void End(Response? response, string? kind, Exception? error, TimeSpan duration)
    {
        if (response is null)
        {
            Debug.Assert(kind is not null, "what has no response has failed");
            PollHttpEventSource.Instance.RequestFailed(_request, kind, error?.Message ?? "The request was canceled.");
        }

        PollHttpEventSource.Instance.RequestStop(
            _request, response is null ? -1 : (int)response.StatusCode, response is null ? "" : RequestTrace.VersionText(response), duration.TotalMilliseconds);
    }
}
