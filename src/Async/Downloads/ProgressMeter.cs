namespace PollHttp.Downloads;

/// <summary>Decides when to report progress, and measures the rate.</summary>
internal sealed class ProgressMeter(TimeProvider time, TimeSpan interval, IProgress<DownloadProgress>? progress)
{
    private const double SmoothingSeconds = 3;

    // Shorter samples would measure the sizes of reads, not the rate.
    private static readonly TimeSpan ShortestSample = TimeSpan.FromMilliseconds(50);

    private readonly long _start = time.GetTimestamp();
    private long _sampledAt = time.GetTimestamp();
    private long _reportedAt = long.MinValue;
    private long _sampledBytes = -1;
    private double _rate;

    /// <summary>Updates the progress. Called after each piece, and at the end.</summary>
    public void Update(long bytes, long? total, bool isLast = false)
    {
        if (progress is null)
        {
            return;
        }

        long now = time.GetTimestamp();
        Sample(now, bytes);
        if (isLast || _reportedAt == long.MinValue || time.GetElapsedTime(_reportedAt, now) >= interval)
        {
            _reportedAt = now;
            TimeSpan? remaining = total is { } whole && _rate > 0 && (whole - bytes) / _rate is var seconds && seconds < TimeSpan.MaxValue.TotalSeconds / 2
                ? TimeSpan.FromSeconds(seconds)
                : null;
            progress.Report(new(bytes, total, _rate, remaining, time.GetElapsedTime(_start, now)));
        }
    }

    private void Sample(long now, long bytes)
    {
        if (_sampledBytes < 0 || bytes < _sampledBytes)
        {
            _sampledBytes = bytes; // the beginning, or a new start
            _sampledAt = now;
            return;
        }

        TimeSpan past = time.GetElapsedTime(_sampledAt, now);
        if (past < ShortestSample)
        {
            return;
        }

        double rate = (bytes - _sampledBytes) / past.TotalSeconds;
        double weight = _rate == 0 ? 1 : 1 - Math.Exp(-past.TotalSeconds / SmoothingSeconds);
        _rate += weight * (rate - _rate);
        _sampledBytes = bytes;
        _sampledAt = now;
    }
}
