namespace PollHttp.Testing;

/// <summary>Represents one direction of a connection: bytes with the time of their arrival, and an end.</summary>
internal sealed class SimulatedPipe
{
    private readonly record struct Segment(long At, int Count);

    private readonly ByteBuffer _bytes = new();
    private readonly Queue<Segment> _underway = new(16);
    private long _lastArrival;
    private int _arrived;
    private long _endArrival;
    private PipeEnd _end;

    /// <summary>Gets the number of bytes written and not read yet, whether arrived or not.</summary>
    public int Length => _bytes.Length;

    /// <summary>Gets a value indicating whether the pipe has ended, so that no more bytes may be written.</summary>
    public bool IsEnded => _end != PipeEnd.None;

    /// <summary>Gets when the last written bytes arrive.</summary>
    public long LastArrival => _lastArrival;

    /// <summary>Adds bytes; they arrive at <paramref name="at"/>, but never before earlier bytes.</summary>
    /// <returns>The time of arrival.</returns>
    public long Write(ReadOnlySpan<byte> bytes, long at)
    {
        _lastArrival = Math.Max(at, _lastArrival);
        _bytes.Append(bytes);
        _underway.Enqueue(new(_lastArrival, bytes.Length));
        return _lastArrival;
    }

    /// <summary>Adds the end after the bytes; an immediate reset overtakes them.</summary>
    /// <returns>The time of arrival.</returns>
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

    /// <summary>Returns the end as a reader sees it: not before all bytes were read, except for an immediate reset.</summary>
    public PipeEnd EndSeen(long now) =>
        HasArrived(now) && (_end == PipeEnd.Reset || _bytes.Length == 0) ? _end : PipeEnd.None;

    /// <summary>Determines whether a reset has arrived, read or not; writing is over then.</summary>
    public bool IsReset(long now) => _end is PipeEnd.Reset or PipeEnd.ResetAfterData && HasArrived(now);

    private bool HasArrived(long now) => _end != PipeEnd.None && _endArrival <= now;
}
