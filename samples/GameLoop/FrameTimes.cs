namespace PollHttp.GameLoop;

/// <summary>How long the work of each frame took: what the game did, polling included, but not its rest.</summary>
internal sealed class FrameTimes(int capacity)
{
    private readonly List<double> _milliseconds = new(capacity);
    private double[]? _sorted;

    public int Count => _milliseconds.Count;

    public double Last => _milliseconds.Count == 0 ? 0 : _milliseconds[^1];

    public double Worst { get; private set; }

    public void Add(TimeSpan time)
    {
        _milliseconds.Add(time.TotalMilliseconds);
        Worst = Math.Max(Worst, time.TotalMilliseconds);
        _sorted = null;
    }

    /// <summary>The time in ms that a share of all frames did not pass.</summary>
    public double Percentile(double share)
    {
        if (_milliseconds.Count == 0)
        {
            return 0;
        }

        _sorted ??= [.. _milliseconds.Order()];
        return _sorted[Math.Min(_sorted.Length - 1, (int)Math.Ceiling(share * _sorted.Length) - 1 is var i and >= 0 ? i : 0)];
    }
}
