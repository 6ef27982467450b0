using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Downloads over real sockets onto real disks.</summary>
public sealed class DownloadFileTests : IAsyncLifetime, IDisposable
{
    private readonly DownloadFolder _folder = new();
    private readonly byte[] _content = new byte[3_000_000];
    private WebApplication? _app;

    private string Address => _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/file";

    public async Task InitializeAsync()
    {
        new Random(3).NextBytes(_content);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/file", () => Results.File(
            _content, entityTag: new("\"v1\""), enableRangeProcessing: true));
        await _app.StartAsync();
    }

    [Fact]
    public async Task A_file_comes_whole_in_background_drive()
    {
        await using PollHttpClient client = new();

        DownloadResult result = await client.DownloadAsync(Address, _folder.Target);

        Assert.Equal(_content.Length, result.Length);
        Assert.Equal(_content, await File.ReadAllBytesAsync(_folder.Target));
        Assert.Equal("file.bin", _folder.Names);
    }

    [Fact]
    public void In_run_drive_everything_but_the_file_stays_on_the_loops_thread()
    {
        int thread = Environment.CurrentManagedThreadId;
        PollLoop.Run(async loop =>
        {
            await using PollHttpClient client = new(loop);
            await client.DownloadAsync(Address, _folder.Target, progress: new SameThread(thread));
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        });

        Assert.Equal(_content, File.ReadAllBytes(_folder.Target));
    }

    [Fact]
    public void In_manual_drive_without_a_context_it_ends_on_the_polling_thread()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            using PollLoop loop = new();
            using PollHttpClient client = new(loop);
            int thread = Environment.CurrentManagedThreadId;
            Task<DownloadResult> download = client.DownloadAsync(Address, _folder.Target, progress: new SameThread(thread));
            int endedOn = 0;
            download.ContinueWith(
                _ => endedOn = Environment.CurrentManagedThreadId, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (!download.IsCompleted)
            {
                loop.Poll();
            }

            Assert.Equal(TaskStatus.RanToCompletion, download.Status);
            Assert.Equal(thread, endedOn);
            Assert.Equal(_content, File.ReadAllBytes(_folder.Target));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    [Fact]
    public async Task A_named_pipe_is_not_replaced_by_a_file()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", _folder.Target))
        {
            await made.WaitForExitAsync();
        }

        await using PollHttpClient client = new();
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => client.DownloadAsync(Address, _folder.Target));
        Assert.Contains("is a device or a pipe", error.Message, StringComparison.Ordinal);
        Assert.Equal("file.bin", _folder.Names);
    }

    [Fact]
    public async Task A_device_is_not_replaced_by_a_file()
    {
        File.CreateSymbolicLink(_folder.Target, "/dev/null");
        await using PollHttpClient client = new();
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => client.DownloadAsync(Address, _folder.Target));

        Assert.Equal(DownloadFailure.File, error.Failure);
        Assert.Contains("is a device", error.Message, StringComparison.Ordinal);
        Assert.Equal("/dev/null", new FileInfo(_folder.Target).LinkTarget);
        Assert.Equal("file.bin", _folder.Names);
    }

    [SmallDiskFact]
    public async Task A_disk_that_fills_up_is_its_own_failure()
    {
        using SmallDisk disk = new(_folder.Path);
        await using PollHttpClient client = new();
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => client.DownloadAsync(Address, Path.Combine(disk.Path, "file"), new() { FreeSpace = _ => long.MaxValue }));

        Assert.Equal(DownloadFailure.NoSpace, error.Failure);
        Assert.IsType<IOException>(error.InnerException);
        Assert.True(error.BytesKept > 0);
        error = await Assert.ThrowsAsync<DownloadException>(() => client.DownloadAsync(Address, Path.Combine(disk.Path, "file")));
        Assert.Contains("more bytes", error.Message, StringComparison.Ordinal);
    }

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private sealed class SameThread(int thread) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => Assert.Equal(thread, Environment.CurrentManagedThreadId);
    }
}
