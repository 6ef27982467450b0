using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

public sealed class SystemResolverTests
{
    [Fact]
    public void A_name_is_found_while_the_thread_pool_is_blocked()
    {
        ThreadPool.GetMinThreads(out int workers, out _);
        int count = workers * 2 + 8; // more than the pool makes at once
        using var release = new ManualResetEventSlim();
        using var ended = new CountdownEvent(count);
        for (int i = 0; i < count; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => { release.Wait(); ended.Signal(); }, null);
        }
        try
        {
            ILookup lookup = Run("localhost", new SystemResolver(TimeSpan.Zero, TimeProvider.System));
            Assert.Null(lookup.Failure);
            Assert.Contains(lookup.Addresses, IPAddress.IsLoopback);
        }
        finally
        {
            release.Set();
            ended.Wait();
        }
    }

    [Fact]
    public void A_name_that_does_not_exist_keeps_its_exception()
    {
        ILookup lookup = Run("nosuchhost.invalid", new SystemResolver(TimeSpan.Zero, TimeProvider.System));
        Assert.IsType<SocketException>(lookup.Failure);
        Assert.Empty(lookup.Addresses);
    }

    [Fact]
    public void A_lookup_that_hangs_does_not_hold_up_others_and_may_be_abandoned()
    {
        using var release = new ManualResetEventSlim();
        using var began = new ManualResetEventSlim();
        var resolver = new SystemResolver(TimeSpan.Zero, TimeProvider.System, host =>
        {
            if (host == "hangs.test")
            {
                began.Set();
                release.Wait();
            }
            return [IPAddress.Loopback];
        });
        using IPoller poller = SocketNetwork.Default.CreatePoller();
        ILookup hung = resolver.Begin("hangs.test", poller);
        began.Wait();
        Assert.Equal([IPAddress.Loopback], Run("other.test", resolver).Addresses);
        Assert.False(hung.IsCompleted);
        hung.Dispose();
        release.Set();
        Assert.Equal([IPAddress.Loopback], Run("third.test", resolver).Addresses);
    }

    [Fact]
    public void No_more_threads_are_made_than_allowed_and_no_lookup_is_lost()
    {
        var threads = new ConcurrentDictionary<int, bool>();
        var resolver = new SystemResolver(TimeSpan.Zero, TimeProvider.System, _ =>
        {
            threads[Environment.CurrentManagedThreadId] = true;
            return [IPAddress.Loopback];
        });
        using IPoller poller = SocketNetwork.Default.CreatePoller();
        ILookup[] lookups = [.. Enumerable.Range(0, 200).Select(i => resolver.Begin($"h{i}.test", poller))];
        while (!lookups.All(lookup => lookup.IsCompleted))
        {
            poller.Wait(Pump.Guard, []);
        }
        Assert.InRange(threads.Count, 1, SystemResolver.MaxThreads);
    }

    [Fact]
    public void Addresses_are_kept_in_order_for_their_time_and_failures_are_not()
    {
        var time = new FakeTimeProvider();
        int calls = 0;
        IPAddress[] found = [IPAddress.IPv6Loopback, IPAddress.Loopback, IPAddress.Any];
        var resolver = new SystemResolver(TimeSpan.FromSeconds(30), time, host =>
        {
            calls++;
            return host == "bad.test" ? throw new SocketException((int)SocketError.HostNotFound) : found;
        });
        Assert.Equal(found, Run("a.test", resolver).Addresses);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.True(resolver.Begin("A.TEST", null).IsCompleted);
        Assert.Equal(1, calls);
        time.Advance(TimeSpan.FromSeconds(1));
        Run("a.test", resolver);
        Assert.Equal(2, calls);
        Run("bad.test", resolver);
        Assert.IsType<SocketException>(Run("bad.test", resolver).Failure);
        Assert.Equal(4, calls);
    }

    private static ILookup Run(string host, SystemResolver resolver)
    {
        using IPoller poller = SocketNetwork.Default.CreatePoller();
        ILookup lookup = resolver.Begin(host, poller);
        while (!lookup.IsCompleted)
        {
            poller.Wait(Pump.Guard, []);
        }
        return lookup;
    }
}
