using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Loop;

/// <summary>The pass of a loop that a blocked thread makes.</summary>
public sealed class BlockedPassTests
{
    [Fact]
    public void Blocked_thread_looks_at_what_submitted_work_has_brought_before_it_sleeps()
    {
        using PollLoop loop = new(new SimulatedNetwork());
        Work work = new();
        loop.Submit(work);
        loop.WaitForInputOutput(Timeout.InfiniteTimeSpan); // the simulation would find it asleep for ever
        Assert.True(work.IsDone);
    }

    private sealed class Work : ILoopWork
    {
        public bool IsDone { get; private set; }

        public void Execute() => IsDone = true;

        public void OnLoopDisposed()
        {
        }
    }
}
