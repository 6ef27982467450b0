using System.Diagnostics;

namespace PollHttp.GameLoop;

/// <summary>A link of a given rate, shared by all who send: what is not used within a fiftieth of a second is lost.</summary>
internal sealed class Link(long bytesPerSecond)
{
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private long _freeAt = Stopwatch.GetTimestamp();

    /// <summary>Waits until the link has room for some bytes.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken token)
    {
        TimeSpan wait;
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            _freeAt = Math.Max(_freeAt, now - (long)(s_slack.TotalSeconds * Stopwatch.Frequency));
            wait = TimeSpan.FromSeconds((_freeAt - now) / (double)Stopwatch.Frequency);
            _freeAt += (long)(bytes / (double)bytesPerSecond * Stopwatch.Frequency);
        }

        if (wait > TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(wait, token);
        }
    }
}
