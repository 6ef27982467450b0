namespace PollHttp.Cli.Tests;

public sealed class RequestTests(LoopbackServer server) : IClassFixture<LoopbackServer>
{
    [Fact]
    public async Task Header_and_method_are_sent_as_given()
    {
        string echo = await EchoAsync("-X", "PURGE", "-H", "X-One: 1", "-H", "X-Empty;", "-A", "probe/1", "-e", "http://from.example/", "-b", "a=b");

        Assert.StartsWith("PURGE /echo\n", echo, StringComparison.Ordinal);
        Assert.Contains("X-One: 1\n", echo, StringComparison.Ordinal);
        Assert.Contains("X-Empty: \n", echo, StringComparison.Ordinal);
        Assert.Contains("User-Agent: probe/1\n", echo, StringComparison.Ordinal);
        Assert.Contains("Referer: http://from.example/\n", echo, StringComparison.Ordinal);
        Assert.Contains("Cookie: a=b\n", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_is_a_form_that_is_posted()
    {
        using ScratchFolder folder = new();
        await File.WriteAllTextAsync(folder["d"], "f=1");
        string echo = await EchoAsync(new CommandRun.Setting { Folder = folder.Path, Input = "i=2" }, "-d", "a=1", "-d", "@d", "-d", "@-", "--data-urlencode", "n=x y&z");

        Assert.StartsWith("POST /echo\n", echo, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/x-www-form-urlencoded\n", echo, StringComparison.Ordinal);
        Assert.EndsWith("\n\na=1&f=1&i=2&n=x%20y%26z", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_puts_data_into_the_query()
    {
        string echo = await EchoAsync("-G", "-d", "a=1", "--data-urlencode", "q=x y");

        Assert.StartsWith("GET /echo?a=1&q=x%20y\n", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_sets_type_and_accept()
    {
        string echo = await EchoAsync("--json", """{"a":1}""");

        Assert.StartsWith("POST /echo\n", echo, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\n", echo, StringComparison.Ordinal);
        Assert.Contains("Accept: application/json\n", echo, StringComparison.Ordinal);
        Assert.EndsWith("\n\n{\"a\":1}", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_content_type_of_the_caller_replaces_the_usual_one()
    {
        string echo = await EchoAsync("-d", "x", "-H", "content-type: text/x-mine");

        Assert.Contains("Content-Type: text/x-mine\n", echo, StringComparison.Ordinal);
        Assert.DoesNotContain("urlencoded", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_sends_fields_and_files()
    {
        using ScratchFolder folder = new();
        await File.WriteAllTextAsync(folder["f.txt"], "file text");
        string echo = await EchoAsync(new CommandRun.Setting { Folder = folder.Path }, "-F", "name=value", "-F", "up=@f.txt;type=text/plain;filename=g.txt", "-F", "inline=<f.txt");

        Assert.Contains("Content-Type: multipart/form-data; boundary=", echo, StringComparison.Ordinal);
        Assert.Contains("name=\"name\"\r\n\r\nvalue\r\n", echo.Replace("name=name\r\n", "name=\"name\"\r\n", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("g.txt", echo, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain\r\n", echo, StringComparison.Ordinal);
        Assert.Equal(3, echo.Split("Content-Disposition").Length - 1);
        Assert.Equal(2, echo.Split("file text").Length - 1);
    }

    [Fact]
    public async Task Upload_puts_a_file_or_the_input()
    {
        using ScratchFolder folder = new();
        await File.WriteAllTextAsync(folder["f"], "of a file");
        string file = await EchoAsync(new CommandRun.Setting { Folder = folder.Path }, "-T", "f");
        string input = await EchoAsync(new CommandRun.Setting { Input = "of the input" }, "-T", "-");

        Assert.StartsWith("PUT /echo\n", file, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 9\n", file, StringComparison.Ordinal);
        Assert.EndsWith("\n\nof a file", file, StringComparison.Ordinal);
        Assert.EndsWith("\n\nof the input", input, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_are_followed_where_asked_for()
    {
        Assert.Empty((await CommandRun.RunAsync(server.Address + "/redirect")).Output);
        Assert.Equal("hello", (await CommandRun.RunAsync("-L", server.Address + "/redirect")).Output);
    }

    [Fact]
    public async Task User_answers_a_challenge()
    {
        Assert.Equal("known", (await CommandRun.RunAsync("-u", "u:p", server.Address + "/basic")).Output);
    }

    [Fact]
    public async Task Range_asks_for_a_part()
    {
        CommandRun run = await CommandRun.RunAsync("-r", "10-19", server.Address + "/file");

        Assert.Equal(LoopbackServer.FileBytes[10..20], run.Bytes);
    }

    [Fact]
    public async Task Insecure_accepts_the_certificate_and_warns()
    {
        CommandRun refused = await CommandRun.RunAsync(server.TlsAddress + "/text");
        CommandRun accepted = await CommandRun.RunAsync("-k", server.TlsAddress + "/text");

        Assert.Equal(ExitCode.Certificate, refused.Code);
        Assert.Empty(refused.Output);
        Assert.Equal("hello", accepted.Output);
        Assert.StartsWith("pollhttp: warning: --insecure", Assert.Single(accepted.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_are_kept_in_a_file_between_commands()
    {
        using ScratchFolder folder = new();
        CommandRun.Setting setting = new() { Folder = folder.Path };
        await CommandRun.RunAsync(setting, "-c", "jar", server.Address + "/login");
        string both = await EchoAsync(setting, "-c", "jar");
        string read = await EchoAsync(setting, "-b", "jar");
        string none = await EchoAsync(setting);

        Assert.Contains("Cookie: session=3fc1\n", both, StringComparison.Ordinal);
        Assert.Contains("Cookie: session=3fc1\n", read, StringComparison.Ordinal);
        Assert.DoesNotContain("Cookie", none, StringComparison.Ordinal);
        Assert.Equal(["jar"], folder.Files);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["jar"]));
        }
    }

    [Fact]
    public async Task Retry_tries_again_and_says_so()
    {
        CommandRun run = await CommandRun.RunAsync("--retry", "2", "--retry-delay", "1ms", server.Address + "/flaky");

        Assert.Equal("at last", run.Output);
        Assert.Equal(
            ["pollhttp: attempt 1 of 3 failed (status 503); the next one in 1.00 ms", "pollhttp: attempt 2 of 3 failed (status 503); the next one in 1.00 ms"],
            run.ErrorLines);
    }

    [Fact]
    public async Task Retry_leaves_a_post_alone_that_the_server_may_have_acted_on()
    {
        CommandRun run = await CommandRun.RunAsync("--retry", "2", "--retry-delay", "1ms", "-d", "x", server.Address + "/status/500");

        Assert.Equal("status 500", run.Output);
        Assert.Empty(run.Error);
    }

    private Task<string> EchoAsync(params string[] args) => EchoAsync(new CommandRun.Setting(), args);

    private async Task<string> EchoAsync(CommandRun.Setting setting, params string[] args)
    {
        CommandRun run = await CommandRun.RunAsync(setting, [server.Address + "/echo", .. args]);
        Assert.True(run.Code == ExitCode.Success, run.Error);
        return run.Output;
    }
}
