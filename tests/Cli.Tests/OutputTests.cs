using System.Text;

namespace PollHttp.Cli.Tests;

public sealed class OutputTests(LoopbackServer server) : IClassFixture<LoopbackServer>
{
    private static readonly CommandRun.Setting s_terminal = new() { IsTerminal = true };

    [Fact]
    public async Task A_body_goes_to_a_pipe_byte_for_byte()
    {
        CommandRun run = await CommandRun.RunAsync(server.Address + "/json");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal("""{"id":7,"tags":["a",null],"big":1.50e3,"none":{}}""", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task An_address_without_a_scheme_is_http()
    {
        CommandRun run = await CommandRun.RunAsync(server.Host + "/text");

        Assert.Equal("hello", run.Output);
    }

    [Fact]
    public async Task Json_is_indented_and_coloured_on_a_terminal_and_its_numbers_stay_as_they_are()
    {
        CommandRun run = await CommandRun.RunAsync(s_terminal, server.Address + "/json");

        Assert.Equal(
            "{\n  \e[34m\"id\"\e[0m: \e[36m7\e[0m,\n  \e[34m\"tags\"\e[0m: [\n    \e[32m\"a\"\e[0m,\n    \e[2mnull\e[0m\n  ],\n"
            + "  \e[34m\"big\"\e[0m: \e[36m1.50e3\e[0m,\n  \e[34m\"none\"\e[0m: {}\n}\n",
            run.Output);
    }

    [Fact]
    public async Task Pretty_json_in_a_pipe_has_no_colours()
    {
        CommandRun run = await CommandRun.RunAsync(server.Address + "/json", "--pretty");

        Assert.StartsWith("{\n  \"id\": 7,\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public async Task What_claims_to_be_json_and_is_not_is_shown_as_it_came()
    {
        CommandRun run = await CommandRun.RunAsync(s_terminal, server.Address + "/bad-json");

        Assert.Equal("{\"id\":\n", run.Output);
    }

    [Fact]
    public async Task A_last_line_is_ended_on_a_terminal_only()
    {
        Assert.Equal("hello\n", (await CommandRun.RunAsync(s_terminal, server.Address + "/text")).Output);
        Assert.Equal("hello", (await CommandRun.RunAsync(server.Address + "/text")).Output);
    }

    [Fact]
    public async Task A_binary_body_is_kept_off_a_terminal()
    {
        CommandRun run = await CommandRun.RunAsync(s_terminal, server.Address + "/binary");

        Assert.Equal(ExitCode.CannotWrite, run.Code);
        Assert.Empty(run.Bytes);
        Assert.Equal("pollhttp: The body is binary: save it with -o FILE, or send it to a pipe.", Assert.Single(run.ErrorLines));
        Assert.Equal("\u0001\0\u0002", (await CommandRun.RunAsync(server.Address + "/binary")).Output);
    }

    [Fact]
    public async Task Include_shows_the_head_before_the_body()
    {
        CommandRun run = await CommandRun.RunAsync("-i", server.Address + "/text");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain\r\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nhello", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_asks_for_the_head_alone()
    {
        CommandRun run = await CommandRun.RunAsync("-I", server.Address + "/file");

        Assert.Contains("Content-Length: 300000\r\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_addresses_are_printed_in_their_order()
    {
        CommandRun run = await CommandRun.RunAsync(server.Address + "/text", server.Address + "/redirect", server.Address + "/text");

        Assert.Equal("hellohello", run.Output);
    }

    [Fact]
    public async Task A_reader_that_is_gone_ends_the_command()
    {
        CommandRun run = await CommandRun.RunAsync(new CommandRun.Setting { Output = new ClosedPipe() }, server.Address + "/text");

        Assert.Equal(ExitCode.CannotWrite, run.Code);
        Assert.Single(run.ErrorLines);
    }

    [Fact]
    public async Task Control_characters_of_a_server_do_not_reach_the_terminal_through_a_head()
    {
        await using RawServer raw = new("HTTP/1.1 200 OK\r\nX-Evil: a\u009b31mb\r\nContent-Length: 0\r\n\r\n");
        CommandRun run = await CommandRun.RunAsync("-i", raw.Address);

        Assert.Contains("X-Evil: a 31mb\r\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_shows_each_status_as_it_goes_by()
    {
        CommandRun run = await CommandRun.RunAsync("--poll", server.Address + "/text");

        Assert.Equal("hello", run.Output);
        string[] statuses = [.. run.ErrorLines.Select(static line => line.Split("  ")[^1])];
        Assert.Equal("Body", statuses[^3]);
        Assert.Equal("Connected", statuses[^2]);
        Assert.Contains("Connecting", statuses);
        Assert.Contains("Requesting", statuses);
        Assert.StartsWith("200, 5 B in ", statuses[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_sends_what_it_is_told_to()
    {
        CommandRun run = await CommandRun.RunAsync("--poll", server.Address + "/echo?x=1", "-H", "X-A: b", "--json", "{}", "--bearer", "t0");

        Assert.StartsWith("POST /echo?x=1\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("X-A: b\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer t0\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n\n{}", run.Output, StringComparison.Ordinal);
    }

    private sealed class ClosedPipe : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("Broken pipe");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");
    }
}
