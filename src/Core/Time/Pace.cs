namespace PollHttp.Core;

/// <summary>
/// Estimates how many bytes can be moved in the time that is left of a budget, from how long the last ones took. So the pieces of
/// work become smaller towards the end, and the one in which the time is over is a small one.
/// </summary>
internal struct Pace
{
    /// <summary>The least worth a system call: some microseconds of work.</summary>
    private const int LeastPiece = 8 * 1024;

    /// <summary>Before anything was measured.</summary>
    private const int FirstPiece = 16 * 1024;

    // Below this, the cost of the call, not of the bytes, would be measured.
    private const int LeastSample = 1024;

    private double _ticksPerByte;

    /// <summary>Gets how many bytes the next piece may have; it is expected to take half of the time left at most.</summary>
    public readonly int PieceFor(TimeSpan left, int most)
    {
        if (most <= LeastPiece || left <= TimeSpan.Zero)
        {
            return Math.Min(most, LeastPiece);
        }

        double piece = _ticksPerByte > 0 ? left.Ticks / (2 * _ticksPerByte) : FirstPiece;
        return (int)Math.Clamp(piece, LeastPiece, most);
    }

    /// <summary>Notes how long a piece took. Slowness counts at once, speed only when it lasts.</summary>
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
