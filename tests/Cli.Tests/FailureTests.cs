namespace PollHttp.Cli.Tests;

public sealed class FailureTests(LoopbackServer server) : IClassFixture<LoopbackServer>
{
    public static TheoryData<string[], int, string> Mistakes => new()
    {
        { [], (int)ExitCode.Usage, "There is no address" },
        { ["--nonsense", "http://127.0.0.1/"], (int)ExitCode.Usage, "'--nonsense' is not an option" },
        { ["ftp://127.0.0.1/"], (int)ExitCode.BadAddress, "only http and https" },
        { ["http://"], (int)ExitCode.BadAddress, "is not an address" },
        { ["127.0.0.1", "-m", "soon"], (int)ExitCode.Usage, "--max-time takes a time" },
        { ["127.0.0.1", "-Z", "0"], (int)ExitCode.Usage, "--parallel takes a whole number from 1" },
        { ["127.0.0.1", "-H", "no colon"], (int)ExitCode.Usage, "'Name: value'" },
        { ["127.0.0.1", "-H", "Bad Name: x"], (int)ExitCode.Usage, "--header 'Bad Name: x'" },
        { ["127.0.0.1", "-X", "BAD METHOD"], (int)ExitCode.Usage, "--request 'BAD METHOD'" },
        { ["127.0.0.1", "--json", "{"], (int)ExitCode.Usage, "--json is not JSON (line 1, byte 2)" },
        { ["127.0.0.1", "-d", "x", "-F", "a=b"], (int)ExitCode.Usage, "Only one of" },
        { ["127.0.0.1", "-d", "@no-such-file"], (int)ExitCode.CannotRead, "there is no such file" },
        { ["127.0.0.1", "-T", "no-such-file"], (int)ExitCode.CannotRead, "there is no such file" },
        { ["127.0.0.1", "-F", "a=@no-such-file"], (int)ExitCode.CannotRead, "there is no such file" },
        { ["127.0.0.1", "-F", "a"], (int)ExitCode.Usage, "a part is written name=value" },
        { ["127.0.0.1", "-G"], (int)ExitCode.Usage, "--get needs --data" },
        { ["127.0.0.1", "-u", "me"], (int)ExitCode.Usage, "--user takes user:password" },
        { ["127.0.0.1", "-x", "gopher://p"], (int)ExitCode.Usage, "--proxy takes" },
        { ["127.0.0.1", "--cacert", "no-such-file"], (int)ExitCode.CannotRead, "there is no such file" },
        { ["127.0.0.1", "--key", "k"], (int)ExitCode.Usage, "--key needs --cert" },
        { ["127.0.0.1", "-k", "--cacert", "f"], (int)ExitCode.Usage, "exclude each other" },
        { ["127.0.0.1", "-o", "a", "-o", "b"], (int)ExitCode.Usage, "1 addresses and 2 files" },
        { ["127.0.0.1", "-o", "no-such-folder/a"], (int)ExitCode.CannotWrite, "there is no such folder" },
        { ["127.0.0.1/", "-O"], (int)ExitCode.Usage, "has no last segment" },
        { ["127.0.0.1/a", "127.0.0.1/x/a", "-O"], (int)ExitCode.Usage, "Two addresses would go to" },
        { ["127.0.0.1", "--har", "no-such-folder/a"], (int)ExitCode.CannotWrite, "there is no such folder" },
        { ["127.0.0.1", "--color", "pink"], (int)ExitCode.Usage, "auto, always or never" },
        { ["127.0.0.1", "--sha256", "12"], (int)ExitCode.Usage, "64 hexadecimal digits" },
        { ["127.0.0.1", "--bearer", "a b"], (int)ExitCode.Usage, "--bearer" },
        { ["127.0.0.1", "--poll", "--har", "f"], (int)ExitCode.Usage, "--har is not for --poll" },
        { ["bench"], (int)ExitCode.Usage, "Required argument 'url' missing" },
        { ["bench", "127.0.0.1", "-n", "1", "--duration", "1"], (int)ExitCode.Usage, "exclude each other" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_one_line_and_its_code_and_nothing_is_sent_or_written(string[] args, int code, string part)
    {
        using ScratchFolder folder = new();
        CommandRun run = await CommandRun.RunAsync(new CommandRun.Setting { Folder = folder.Path }, args);

        Assert.Equal(code, (int)run.Code);
        Assert.Contains(part, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith("pollhttp: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Bytes);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task Fail_turns_a_status_into_a_code()
    {
        CommandRun plain = await CommandRun.RunAsync(server.Address + "/status/418");
        CommandRun fail = await CommandRun.RunAsync("-f", server.Address + "/status/418");

        Assert.Equal((ExitCode.Success, "status 418"), (plain.Code, plain.Output));
        Assert.Equal((ExitCode.HttpStatus, ""), (fail.Code, fail.Output));
        Assert.Contains("the server answered 418", Assert.Single(fail.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_listens()
    {
        Assert.Equal(ExitCode.CannotConnect, (await CommandRun.RunAsync("127.0.0.1:1")).Code);
        Assert.Equal(ExitCode.CannotConnect, (await CommandRun.RunAsync("--poll", "127.0.0.1:1")).Code);
        Assert.Equal(ExitCode.CannotConnect, (await CommandRun.RunAsync("bench", "127.0.0.1:1", "-c", "2")).Code);
    }

    [Fact]
    public async Task No_such_host() => Assert.Equal(ExitCode.CannotResolve, (await CommandRun.RunAsync("http://no-such-host.invalid/")).Code);

    [Fact]
    public async Task No_answer_in_time() => Assert.Equal(ExitCode.TimedOut, (await CommandRun.RunAsync("-m", "50ms", server.Address + "/never")).Code);

    [Fact]
    public async Task A_redirect_loop() => Assert.Equal(ExitCode.Redirect, (await CommandRun.RunAsync("-L", "--max-redirs", "3", server.Address + "/loop")).Code);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", (int)ExitCode.PartialBody)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", (int)ExitCode.CannotReceive)]
    [InlineData("", (int)ExitCode.EmptyReply)]
    [InlineData("ICY 200 OK\r\n\r\n", (int)ExitCode.BadResponse)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", (int)ExitCode.BadCoding)]
    public async Task What_a_server_does_wrong_has_its_code(string answer, int code)
    {
        await using RawServer raw = new(answer);
        CommandRun run = await CommandRun.RunAsync(raw.Address);

        Assert.Equal(code, (int)run.Code);
        Assert.Single(run.ErrorLines);
    }

    [Fact]
    public async Task The_code_of_several_addresses_is_that_of_the_first_that_failed()
    {
        CommandRun run = await CommandRun.RunAsync("-f", server.Address + "/text", server.Address + "/status/500", "127.0.0.1:1", server.Address + "/text");

        Assert.Equal(ExitCode.HttpStatus, run.Code);
        Assert.Equal("hellohello", run.Output);
        Assert.Equal(2, run.ErrorLines.Length);
    }

    [Fact]
    public async Task An_interrupt_ends_the_command_with_130()
    {
        using CancellationTokenSource interrupt = new(TimeSpan.FromMilliseconds(100));
        CommandRun run = await CommandRun.RunAsync(new CommandRun.Setting { Cancellation = interrupt.Token }, server.Address + "/never");

        Assert.Equal(ExitCode.Interrupted, run.Code);
        Assert.Equal("pollhttp: Interrupted.", Assert.Single(run.ErrorLines));
    }
}
