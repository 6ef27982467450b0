namespace PollHttp.Responses;

/// <summary>
/// Stores the times of an exchange in half the memory of its instants, since every response has one: as microseconds since the start in 31
/// bits, about 35 minutes; longer times as milliseconds, marked by the highest bit.
/// </summary>
internal readonly struct ResponseTimes(Instant start, in ExchangeTimes times)
{
    private const uint Unknown = uint.MaxValue;
    private const uint InMilliseconds = 1u << 31;
    private readonly uint _queued = Since(start, times.Begun);
    private readonly uint _sent = Since(start, times.Sent);
    private readonly uint _firstByte = Since(start, times.FirstByte);
    private readonly uint _lastByte = Since(start, times.LastByte);

    public static ResponseTimes None { get; } = new(default, new());

    public TimeSpan? Queued => Of(_queued);

    public TimeSpan? Sent => Of(_sent);

    public TimeSpan? FirstByte => Of(_firstByte);

    public TimeSpan? LastByte => Of(_lastByte);

    private static uint Since(Instant start, Instant at)
    {
        if (at == Instant.Never || at < start)
        {
            return Unknown;
        }

        long micros = (at - start).Ticks / TimeSpan.TicksPerMicrosecond;
        return micros < InMilliseconds ? (uint)micros : (uint)Math.Min(InMilliseconds + (micros / 1000), Unknown - 1);
    }

    private static TimeSpan? Of(uint time) => time switch
    {
        Unknown => null,
        < InMilliseconds => TimeSpan.FromTicks(time * TimeSpan.TicksPerMicrosecond),
        _ => TimeSpan.FromTicks((time & ~InMilliseconds) * TimeSpan.TicksPerMillisecond),
    };
}
