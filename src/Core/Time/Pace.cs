namespace PollHttp.Core;

/// <summary>
/// Estimates how many bytes can be moved in the rest of a time budget, from the duration of the last pieces. So the pieces become smaller
/// towards the end, and the piece that exceeds the budget is small.
/// </summary>
internal struct Pace
{
    /// <summary>The smallest piece that is worth a system call: some microseconds of work.</summary>
    private const int LeastPiece = 8 * 1024;

    /// <summary>The size of a piece before anything was measured.</summary>
    private const int FirstPiece = 16 * 1024;

    // Below this, the cost of the call would be measured, not that of the bytes.
    private const int LeastSample = 1024;

    private double _ticksPerByte;

    /// <summary>Returns the size of the next piece, which is expected to take at most half of the remaining time.</summary>
    public readonly int PieceFor(TimeSpan left, int most)
    {
        if (most <= LeastPiece || left <= TimeSpan.Zero)
        {
            return Math.Min(most, LeastPiece);
        }

        double piece = _ticksPerByte > 0 ? left.Ticks / (2 * _ticksPerByte) : FirstPiece;
        return (int)Math.Clamp(piece, LeastPiece, most);
    }

    /// <summary>Records how long a piece took. A lower rate counts at once, a higher rate only if it lasts.</summary>
    public void Note(long bytes, TimeSpan took)
    {
        if (bytes < LeastSample)
        {
            return;
        }

        double now = Math.Max(took.Ticks, 0.1) / bytes;
        _ticksPerByte = _ticksPerByte == 0 ? now : _ticksPerByte + ((now - _ticksPerByte) / (now > _ticksPerByte ? 2 : 8));
    }
}
