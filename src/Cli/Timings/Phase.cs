namespace PollHttp.Cli.Timings;

/// <summary>One phase of an exchange, in times since its begin.</summary>
internal readonly record struct Phase(string Name, TimeSpan Begin, TimeSpan End)
{
    /// <summary>Gets the phases that an exchange went through, in order, without gaps. Those of connecting are absent on a connection that was
    /// there already.</summary>
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
