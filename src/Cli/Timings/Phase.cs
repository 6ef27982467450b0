namespace PollHttp.Cli.Timings;

/// <summary>Represents one phase of an exchange, in times since its start.</summary>
internal readonly record struct Phase(string Name, TimeSpan Begin, TimeSpan End)
{
    /// <summary>
    /// Returns the phases of an exchange, in order, without gaps. The phases of connecting are absent for an existing connection.
    /// </summary>
    public static IReadOnlyList<Phase> Of(ResponseTimings timings, bool isTls)
    {
        List<Phase> phases = [];
        TimeSpan begin = TimeSpan.Zero;
        Add("lookup", timings.Resolved);
        Add("connect", timings.Connected);
        if (isTls)
        {
            Add("TLS", timings.Secured);
        }

        Add("queue", timings.Queued);
        Add("send", timings.Sent);
        Add("wait", timings.FirstByte);
        Add("receive", timings.LastByte);
        return phases;

        void Add(string name, TimeSpan? end)
        {
            if (end is { } time)
            {
                TimeSpan last = time > begin ? time : begin;
                phases.Add(new(name, begin, last));
                begin = last;
            }
        }
    }
}
