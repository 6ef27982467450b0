namespace PollHttp.Wire;

/// <summary>
/// Holds the phases of one attempt in milliseconds, as HAR 1.2 defines them: consecutive, with the total time as their sum; −1 for a phase that
/// did not happen or is unknown.
/// </summary>
internal readonly struct HarTimings
{
    public HarTimings(WireExchange exchange)
    {
        ResponseTimings times = exchange.Timings;
        TimeSpan at = default;
        Dns = times.Resolved is null ? -1 : Until(times.Resolved, ref at);
        if (times.Secured is not null)
        {
            Ssl = exchange.Connection?.Tls is not null && times.Connected is { } connected ? (times.Secured.Value - connected).TotalMilliseconds : -1;
            Connect = Until(times.Secured, ref at); // the handshake counts as part of it
        }
        else
        {
            Connect = Ssl = -1;
        }

        // A failed hop failed in one phase, which then lasted until the end.
        TimeSpan end = exchange.Elapsed;
        Blocked = Until(times.Queued ?? end, ref at);
        Send = Until(times.Queued is null ? null : times.Sent ?? times.FirstByte ?? end, ref at);
        Wait = Until(times.Sent is null && times.FirstByte is null ? null : times.FirstByte ?? end, ref at);
        Receive = Until(times.FirstByte is null ? null : times.LastByte ?? end, ref at);
    }

    public double Blocked { get; }

    public double Dns { get; }

    /// <summary>Gets the time for connecting, including the proxy's tunnel and the handshake, if any.</summary>
    public double Connect { get; }

    public double Ssl { get; }

    public double Send { get; }

    public double Wait { get; }

    public double Receive { get; }

    public double Total => Blocked + Math.Max(0, Dns) + Math.Max(0, Connect) + Send + Wait + Receive;

    private static double Until(TimeSpan? end, ref TimeSpan at)
    {
        if (end is not { } time || time <= at)
        {
            return 0;
        }

        double span = (time - at).TotalMilliseconds;
        at = time;
        return span;
    }
}
