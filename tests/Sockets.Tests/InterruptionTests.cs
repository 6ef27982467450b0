using System.Runtime.InteropServices;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>A signal that interrupts a system call changes nothing.</summary>
public sealed partial class InterruptionTests
{
    private const int WindowChanged = 28;

    public static TheoryData<bool> Kinds => TestNetwork.Kinds;

    [Theory, MemberData(nameof(Kinds)), Trait("fault", "F-50")]
    public void A_signal_does_not_end_a_sleep(bool native)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int signals = 0;
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Interlocked.Increment(ref signals));
        using IPoller poller = TestNetwork.Make(native).CreatePoller();
        int thread = 0;
        Exception? error = null;
        int returns = 0;
        var sleeper = new Thread(() =>
        {
            Volatile.Write(ref thread, GetThreadId());
            try
            {
                poller.Wait(Timeout.InfiniteTimeSpan, []);
            }
            catch (Exception thrown)
            {
                error = thrown;
            }

            Interlocked.Increment(ref returns);
        });
        sleeper.Start();
        for (int i = 1; i <= 10; i++)
        {
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref returns) == 1 || IsAsleep(Volatile.Read(ref thread)), Pump.Guard));
            Assert.Equal(0, SendSignal(Environment.ProcessId, thread, WindowChanged));
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref signals) >= i, Pump.Guard));
        }

        Assert.Equal((0, null), (Volatile.Read(ref returns), error));
        poller.Wake();
        sleeper.Join();
        Assert.Null(error);
    }

    [Fact, Trait("fault", "F-50")]
    public void A_call_that_a_signal_interrupted_is_made_again()
    {
        TransportFailure failure = default;
        Assert.True(LinuxSocketCalls.IsToBeMadeAgain(Errno.Interrupted, out _, ref failure));
        Assert.Equal(default, failure);
    }

    [Theory]
    [InlineData(Errno.Again, IoStatus.WouldBlock, TransportError.None)]
    [InlineData(104, IoStatus.Failed, TransportError.Reset)]
    [InlineData(105, IoStatus.Failed, TransportError.ResourceExhausted)]
    public void A_call_that_failed_is_not(int errno, IoStatus status, TransportError error)
    {
        TransportFailure failure = default;
        Assert.False(LinuxSocketCalls.IsToBeMadeAgain(errno, out IoResult result, ref failure));
        Assert.Equal((status, error), (result.Status, failure.Error));
    }

    private static bool IsAsleep(int thread)
    {
        if (thread == 0)
        {
            return false;
        }

        string state = File.ReadAllText($"/proc/self/task/{thread}/stat");
        return state[state.LastIndexOf(')') + 2] == 'S';
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SendSignal(int process, int thread, int signal);
}
