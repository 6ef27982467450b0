namespace PollHttp.Testing;

/// <summary>When an event is due and, among those due together, in which order it was scheduled.</summary>
internal readonly record struct EventOrder(long At, long Sequence) : IComparable<EventOrder>
{
    public int CompareTo(EventOrder other)
    {
        int byTime = At.CompareTo(other.At);
        return byTime != 0 ? byTime : Sequence.CompareTo(other.Sequence);
    }
}
