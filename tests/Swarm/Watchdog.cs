using System.Diagnostics;

namespace PollHttp.Swarm;

/// <summary>
/// Ends the process when a run stands still in real time, and says whether a thread spins or all sleep: a thread that spins can't be
/// ended in any other way. The parent process goes on with the next seed.
/// </summary>
internal sealed class Watchdog
{
    private static readonly TimeSpan s_sleeping = TimeSpan.FromSeconds(40);

    private readonly TimeSpan _spinning;
    private readonly Action<string, string> _onHang;
    private Func<string>? _describe;
    private long _progress;
    private bool _stopsAfterSleeping;

    public Watchdog(TimeSpan spinning, Action<string, string> onHang)
    {
        _spinning = spinning;
        _onHang = onHang;
        new Thread(Run) { IsBackground = true, Name = "watchdog", Priority = ThreadPriority.AboveNormal }.Start();
    }

    public void Progressed() => Interlocked.Increment(ref _progress);

    public void Watch(Func<string> describe, bool stopsAfterSleeping)
    {
        Progressed();
        _stopsAfterSleeping = stopsAfterSleeping;
        _describe = describe;
    }

    private void Run()
    {
        long seen = -1;
        long since = Stopwatch.GetTimestamp();
        Dictionary<int, TimeSpan> before = ThreadTimes.Now();
        while (true)
        {
            Thread.Sleep(250);
            long now = Interlocked.Read(ref _progress);
            TimeSpan still = Stopwatch.GetElapsedTime(since);
            if (now != seen || _describe is null)
            {
                (seen, since, before) = (now, Stopwatch.GetTimestamp(), ThreadTimes.Now());
            }
            else if (still > _spinning && ThreadTimes.Most(before) is { Time: { } time } most && time > _spinning * 0.7)
            {
                _onHang("spins", $"{most.Name} used {time.TotalSeconds:0.0} s in {still.TotalSeconds:0.0} s without progress\n{_describe()}");
            }
            else if (still > s_sleeping && _stopsAfterSleeping)
            {
                _onHang("sleeps", $"no progress for {still.TotalSeconds:0.0} s, and no thread works\n{_describe()}");
            }
        }
    }
}
