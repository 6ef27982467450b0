using System.Security.Cryptography;

namespace PollHttp.Cli.Tests;

public sealed class DownloadTests(LoopbackServer server) : IClassFixture<LoopbackServer>
{
    [Fact]
    public async Task A_file_is_saved_and_said_so()
    {
        using ScratchFolder folder = new();
        CommandRun run = await CommandRun.RunAsync(new CommandRun.Setting { Folder = folder.Path }, "-o", "x.bin", server.Address + "/file");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal(LoopbackServer.FileBytes, await File.ReadAllBytesAsync(folder["x.bin"]));
        Assert.Equal(["x.bin"], folder.Files);
        Assert.Equal("x.bin: 300.0 kB", Assert.Single(run.ErrorLines));
        Assert.Empty(run.Bytes);
    }

    [Fact]
    public async Task Several_files_are_saved_under_the_names_of_their_addresses()
    {
        using ScratchFolder folder = new();
        CommandRun run = await CommandRun.RunAsync(
            new CommandRun.Setting { Folder = folder.Path },
            "-s", "-Z", "2", "-O", "--output-dir", "sub", server.Address + "/file-a", server.Address + "/file%20b?x=1", server.Address + "/file-c");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Empty(run.Error);
        Assert.Equal(["file b", "file-a", "file-c"], Directory.EnumerateFiles(folder["sub"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("-o", "x")]
    [InlineData("-o", "x", "-d", "a=b")]
    public async Task A_failing_status_leaves_the_file_that_was_there(params string[] args)
    {
        using ScratchFolder folder = new();
        await File.WriteAllTextAsync(folder["x"], "before");
        CommandRun run = await CommandRun.RunAsync(new CommandRun.Setting { Folder = folder.Path }, [.. args, server.Address + "/status/404"]);

        Assert.Equal(ExitCode.HttpStatus, run.Code);
        Assert.Equal("before", await File.ReadAllTextAsync(folder["x"]));
        Assert.Equal(["x"], folder.Files);
        Assert.Contains("404", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-o", "null")]
    [InlineData("-o", "null", "-d", "a=b")]
    [InlineData("-o", "x", "-c", "null")]
    public async Task A_device_is_written_to_and_not_replaced(params string[] args)
    {
        using ScratchFolder folder = new();
        File.CreateSymbolicLink(folder["null"], "/dev/null");
        CommandRun run = await CommandRun.RunAsync(new CommandRun.Setting { Folder = folder.Path }, [.. args, server.Address + "/text"]);

        Assert.Equal((ExitCode.Success, "/dev/null"), (run.Code, new FileInfo(folder["null"]).LinkTarget));
        Assert.Empty(await File.ReadAllBytesAsync(folder["null"]));
    }

    [Theory]
    [InlineData("-o", "pipe")]
    [InlineData("-o", "pipe", "-d", "a=b")]
    public async Task A_named_pipe_is_written_to_and_not_replaced(params string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using ScratchFolder folder = new();
        using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", folder["pipe"]))
        {
            await made.WaitForExitAsync();
        }

        Task<string> read = Task.Run(() => File.ReadAllText(folder["pipe"]));
        CommandRun run = await CommandRun.RunAsync(new CommandRun.Setting { Folder = folder.Path }, [.. args, server.Address + "/text"]);
        Assert.Equal((ExitCode.Success, "hello"), (run.Code, await read));
        Assert.Equal(["pipe"], folder.Files);
    }

    [Fact]
    public async Task The_answer_to_a_post_is_saved_whole_or_not_at_all()
    {
        using ScratchFolder folder = new();
        CommandRun.Setting setting = new() { Folder = folder.Path };
        await using RawServer cut = new("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        CommandRun whole = await CommandRun.RunAsync(setting, "-o", "a", "-d", "x=1", server.Address + "/text");
        CommandRun half = await CommandRun.RunAsync(setting, "-o", "b", "-d", "x=1", cut.Address);

        Assert.Equal((ExitCode.Success, ExitCode.PartialBody), (whole.Code, half.Code));
        Assert.Equal("hello", await File.ReadAllTextAsync(folder["a"]));
        Assert.Equal(["a"], folder.Files);
    }

    [Fact]
    public async Task A_partial_file_is_continued()
    {
        using ScratchFolder folder = new();
        CommandRun.Setting setting = new() { Folder = folder.Path };
        string head = $"HTTP/1.1 200 OK\r\nETag: {LoopbackServer.FileTag}\r\nAccept-Ranges: bytes\r\nContent-Length: 300000\r\n\r\n";
        await using RawServer cut = new(head + System.Text.Encoding.Latin1.GetString(LoopbackServer.FileBytes, 0, 100_000));
        CommandRun first = await CommandRun.RunAsync(setting, "-o", "x", cut.Address + "/file");
        Assert.NotEqual(ExitCode.Success, first.Code);
        Assert.Contains("100000 bytes are kept in ", Assert.Single(first.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("x", folder.Files);

        CommandRun second = await CommandRun.RunAsync(setting, "-o", "x", server.Address + "/file");
        Assert.Equal(LoopbackServer.FileBytes, await File.ReadAllBytesAsync(folder["x"]));
        Assert.Equal(["x"], folder.Files);
        Assert.Equal(ExitCode.Success, second.Code);
    }

    [Fact]
    public async Task A_digest_is_checked()
    {
        using ScratchFolder folder = new();
        CommandRun.Setting setting = new() { Folder = folder.Path };
        string digest = Convert.ToHexString(SHA256.HashData(LoopbackServer.FileBytes));
        CommandRun right = await CommandRun.RunAsync(setting, "-o", "a", "--sha256", digest, server.Address + "/file");
        CommandRun wrong = await CommandRun.RunAsync(setting, "-o", "b", "--sha256", new string('0', 64), server.Address + "/file");

        Assert.Equal((ExitCode.Success, ExitCode.BadResponse), (right.Code, wrong.Code));
        Assert.Equal(["a"], folder.Files);
    }

    [Fact]
    public async Task Bars_are_drawn_on_a_terminal()
    {
        using ScratchFolder folder = new();
        CommandRun run = await CommandRun.RunAsync(
            new CommandRun.Setting { Folder = folder.Path, IsTerminal = true, Width = 100 },
            "-O", server.Address + "/file-a", server.Address + "/file-b", server.Address + "/nothing");

        Assert.Equal(ExitCode.HttpStatus, run.Code);
        Assert.Contains("file-a", run.Error, StringComparison.Ordinal);
        Assert.Contains("100%", run.Error, StringComparison.Ordinal);
        Assert.Contains("300.0 KB", run.Error, StringComparison.Ordinal);
        Assert.Contains("pollhttp: nothing: ", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(["file-a", "file-b"], folder.Files);
    }
}
