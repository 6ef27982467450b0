namespace PollHttp.Testing;

/// <summary>One direction of a connection: bytes with the time of their arrival, and an end.</summary>
internal sealed class SimulatedPipe
{
    private readonly record struct Segment(long At, int Count);

    private readonly ByteBuffer _bytes = new();
    private readonly Queue<Segment> _underway = new(16);
    private long _lastArrival;
    private int _arrived;
    private long _endArrival;
    private PipeEnd _end;

    /// <summary>Bytes written and not read yet, arrived or under way.</summary>
    public int Length => _bytes.Length;

    /// <summary>Gets a value indicating whether no more bytes may be written.</summary>
    public bool IsEnded => _end != PipeEnd.None;

    /// <summary>When what was written last arrives.</summary>
    public long LastArrival => _lastArrival;

    /// <summary>Adds bytes; they arrive at <paramref name="at"/>, but never before what was written earlier.</summary>
    /// <returns>When they arrive.</returns>
    public long Write(ReadOnlySpan<byte> bytes, long at)
    {
        _lastArrival = Math.Max(at, _lastArrival);
        _bytes.Append(bytes);
        _underway.Enqueue(new(_lastArrival, bytes.Length));
        return _lastArrival;
    }

    /// <summary>Adds the end behind the bytes; an immediate reset overtakes them.</summary>
    /// <returns>When it arrives.</returns>
    public long Finish(PipeEnd end, long at)
    {
        _end = end;
        _endArrival = end == PipeEnd.Reset ? at : Math.Max(at, _lastArrival);
        return _endArrival;
    }

    /// <summary>Returns the bytes that have arrived.</summary>
    public ReadOnlySpan<byte> Arrived(long now)
    {
        if (HasArrived(now) && _end == PipeEnd.Reset)
        {
            return default;
        }

        while (_underway.TryPeek(out Segment next) && next.At <= now)
        {
            _underway.Dequeue();
            _arrived += next.Count;
        }

        return _bytes.Span[.._arrived];
    }

    public void Consume(int count)
    {
        _bytes.Consume(count);
        _arrived -= count;
    }

    /// <summary>Returns the end as a reader sees it: not before all bytes were read, but for an immediate reset.</summary>
    public PipeEnd EndSeen(long now) =>
        HasArrived(now) && (_end == PipeEnd.Reset || _bytes.Length == 0) ? _end : PipeEnd.None;

    /// <summary>Determines whether a reset has come, read or not; writing is over then.</summary>
    public bool IsReset(long now) => _end is PipeEnd.Reset or PipeEnd.ResetAfterData && HasArrived(now);

    private bool HasArrived(long now) => _end != PipeEnd.None && _endArrival <= now;
}
