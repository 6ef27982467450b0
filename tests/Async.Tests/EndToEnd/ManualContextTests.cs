using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Where code goes on after an await, on a loop that is polled by hand and whose context is installed.</summary>
public sealed class ManualContextTests
{
    [Theory]
    [InlineData("Run")]
    [InlineData("Yield")]
    [InlineData("WhenAny")]
    [InlineData("WaitAsync")]
    [InlineData("Completion")]
    public void Every_await_goes_on_inside_Poll(string what)
    {
        using ManualScene scene = new();
        using IDisposable installed = scene.Loop.InstallSynchronizationContext();
        Assert.Same(scene.Loop.SynchronizationContext, SynchronizationContext.Current);
        int thread = Environment.CurrentManagedThreadId;
        bool isPolling = false;
        using ManualResetEventSlim isAwaited = new();
        using CancellationTokenSource cancellation = new();
        Task task = GoAsync();
        isAwaited.Set();
        while (!task.IsCompleted)
        {
            isPolling = true;
            scene.Loop.Poll(TimeSpan.FromMilliseconds(2));
            isPolling = false;
            Thread.Yield();
        }

        scene.Await(task);

        async Task GoAsync()
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            switch (what)
            {
                case "Run":
                    await Task.Run(isAwaited.Wait);
                    break;
                case "Yield":
                    await Task.Yield();
                    break;
                case "WhenAny":
                    await Task.WhenAny(done.Task, Task.Run(isAwaited.Wait));
                    break;
                case "WaitAsync":
                    ThreadPool.QueueUserWorkItem(_ =>
                    {
                        isAwaited.Wait();
                        cancellation.Cancel();
                    });
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => done.Task.WaitAsync(cancellation.Token));
                    break;
                default:
                    ThreadPool.QueueUserWorkItem(_ =>
                    {
                        isAwaited.Wait();
                        done.SetResult();
                    });
                    await done.Task;
                    break;
            }

            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Assert.True(isPolling);
            Assert.Same(scene.Loop.SynchronizationContext, SynchronizationContext.Current);
        }
    }

    [Fact]
    public void Requests_work_under_it_over_TLS_too()
    {
        using ManualScene scene = new();
        scene.Network.Listen("server.test", 443, new ScriptedHttpServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        using IDisposable installed = scene.Loop.InstallSynchronizationContext();
        Assert.Equal("ok", scene.Await(scene.Client.GetStringAsync("https://server.test/")));
        Assert.Same(scene.Loop.SynchronizationContext, SynchronizationContext.Current);
    }

    [Fact]
    public void The_context_before_comes_back_and_only_once()
    {
        using ManualScene scene = new();
        SynchronizationContext before = new();
        SynchronizationContext.SetSynchronizationContext(before);
        IDisposable installed = scene.Loop.InstallSynchronizationContext();
        installed.Dispose();
        Assert.Same(before, SynchronizationContext.Current);
        SynchronizationContext.SetSynchronizationContext(null);
        installed.Dispose();
        Assert.Null(SynchronizationContext.Current);
    }

    [Fact]
    public void A_disposed_loop_installs_none()
    {
        PollLoop loop = new(new SimulatedNetwork());
        loop.Dispose();
        Assert.Throws<ObjectDisposedException>(loop.InstallSynchronizationContext);
        Assert.NotSame(loop.SynchronizationContext, SynchronizationContext.Current);
    }
}
