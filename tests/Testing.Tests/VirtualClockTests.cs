namespace PollHttp.Testing.Tests;

public class VirtualClockTests
{
    [Fact]
    public void Time_stands_still_until_it_is_advanced()
    {
        var clock = new VirtualClock();
        DateTimeOffset before = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(5), clock.GetUtcNow() - before);
        Assert.Equal(TimeSpan.FromMinutes(5), clock.GetElapsedTime(0));
    }

    [Fact]
    public void A_periodic_timer_fires_at_each_of_its_times()
    {
        var clock = new VirtualClock();
        var fired = new List<double>();
        using ITimer timer = clock.CreateTimer(_ => fired.Add(clock.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([1, 3, 5], fired);
    }

    [Fact]
    public void A_changed_or_disposed_timer_does_not_fire_at_its_old_time()
    {
        var clock = new VirtualClock();
        int fired = 0;
        using ITimer changed = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        changed.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, fired);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);
    }
}
