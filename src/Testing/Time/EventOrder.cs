namespace PollHttp.Testing;

/// <summary>Orders events by their due time and, for equal times, by the order in which they were scheduled.</summary>
internal readonly record struct EventOrder(long At, long Sequence) : IComparable<EventOrder>
{
    public int CompareTo(EventOrder other)
    {
        int byTime = At.CompareTo(other.At);
        return byTime != 0 ? byTime : Sequence.CompareTo(other.Sequence);
    }
}
