using System.Text.Json;

namespace PollHttp.Cli.Tests;

public sealed class WatchingTests(LoopbackServer server) : IClassFixture<LoopbackServer>
{
    [Fact]
    public async Task Timings_are_a_line_a_phase_with_a_bar()
    {
        CommandRun run = await CommandRun.RunAsync("--timings", "-L", server.Address + "/redirect");

        string[] lines = run.ErrorLines;
        Assert.StartsWith($"GET {server.Address}/redirect  302  ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("on a new connection", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, static line => line.StartsWith("  connect ", StringComparison.Ordinal) && line.EndsWith('█'));
        Assert.Contains(lines, static line => line.StartsWith("  wait ", StringComparison.Ordinal) && line.EndsWith('█'));
        string second = Assert.Single(lines, static line => line.StartsWith("GET ", StringComparison.Ordinal) && line.Contains("/text", StringComparison.Ordinal));
        Assert.EndsWith("on an existing connection", second, StringComparison.Ordinal);
        Assert.All(lines, static line => Assert.True(line.Length <= 110, line));
        Assert.Equal("hello", run.Output);
    }

    [Fact]
    public async Task Timings_are_shown_of_what_failed()
    {
        CommandRun run = await CommandRun.RunAsync("--timings", "127.0.0.1:1");

        Assert.Equal(ExitCode.CannotConnect, run.Code);
        Assert.Contains(run.ErrorLines, static line => line.StartsWith("GET http://127.0.0.1:1/  failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trace_shows_the_heads_and_masks_secrets()
    {
        CommandRun run = await CommandRun.RunAsync("-v", "--bearer", "s3cret", server.Address + "/login?key=s3cret");

        Assert.Contains("GET /login?* HTTP/1.1", run.Error, StringComparison.Ordinal);
        Assert.Contains("Authorization: *", run.Error, StringComparison.Ordinal);
        Assert.Contains("Set-Cookie: *", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("3fc1", run.Error, StringComparison.Ordinal);
        Assert.Equal("in", run.Output);
    }

    [Fact]
    public async Task Har_is_saved_with_bodies_and_without_secrets()
    {
        using ScratchFolder folder = new();
        await CommandRun.RunAsync(new CommandRun.Setting { Folder = folder.Path }, "--har", "x.har", "--bearer", "s3cret", server.Address + "/text", "127.0.0.1:1");

        string text = await File.ReadAllTextAsync(folder["x.har"]);
        using JsonDocument archive = JsonDocument.Parse(text);
        JsonElement entries = archive.RootElement.GetProperty("log").GetProperty("entries");
        Assert.Equal(2, entries.GetArrayLength());
        Assert.Equal("hello", entries[0].GetProperty("response").GetProperty("content").GetProperty("text").GetString());
        Assert.Equal(0, entries[1].GetProperty("response").GetProperty("status").GetInt32());
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.Equal(["x.har"], folder.Files);
    }

    [Fact]
    public async Task Bench_counts_and_draws()
    {
        CommandRun run = await CommandRun.RunAsync("bench", server.Address + "/text", "-n", "200", "-c", "4");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("4 connections, one thread", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"requests +200 ", run.Output);
        Assert.Matches(@"bodies +1\.0 kB ", run.Output);
        Assert.Matches(@"200 +200\n", run.Output);
        Assert.Matches(@"p99\.9 +\d", run.Output);
        Assert.Contains('█', run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Bench_tells_statuses_apart_and_sends_what_it_is_told_to()
    {
        CommandRun run = await CommandRun.RunAsync("bench", server.Address + "/status/503", "-n", "10", "-c", "1", "--json", "{}");

        Assert.Contains($"POST {server.Address}/status/503  1 connection,", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"503 +10\n", run.Output);
    }
}
