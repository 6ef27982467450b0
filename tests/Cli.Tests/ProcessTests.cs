using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace PollHttp.Cli.Tests;

/// <summary>The real process: its streams, its exit code, its signals.</summary>
public sealed class ProcessTests(LoopbackServer server) : IClassFixture<LoopbackServer>
{
    private static readonly string s_program = typeof(ProcessTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static metadata => metadata.Key == "Program").Value!;

    [Fact]
    public async Task The_body_is_on_the_output_and_the_code_is_0()
    {
        (int code, byte[] output, string error) = await RunAsync(server.Address + "/file");

        Assert.Equal(0, code);
        Assert.Equal(LoopbackServer.FileBytes, output);
        Assert.Empty(error);
    }

    [Fact]
    public async Task A_mistake_is_one_line_on_the_error_stream()
    {
        (int code, byte[] output, string error) = await RunAsync("ftp://127.0.0.1/");

        Assert.Equal((int)ExitCode.BadAddress, code);
        Assert.Empty(output);
        Assert.Equal("pollhttp: 'ftp://127.0.0.1/': only http and https can be requested, not ftp.\n", error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task The_help_of_a_command_has_its_own_arguments_alone()
    {
        CommandRun bench = await CommandRun.RunAsync("bench", "--help");
        CommandRun root = await CommandRun.RunAsync("--help");
        Assert.DoesNotContain("[<url>...]", bench.Output, StringComparison.Ordinal);
        Assert.Contains("bench <url>", bench.Output, StringComparison.Ordinal);
        Assert.Contains("[<url>...]", root.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_and_help_need_nothing_else()
    {
        Assert.Equal(0, (await RunAsync("--version")).Code);
        (int code, byte[] output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains("--retry", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_it_with_130()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no SIGINT for one process there
        }

        using Process process = Start(server.Address + "/never", "-v");
        await process.StandardError.ReadLineAsync(); // the request was sent
        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((int)ExitCode.Interrupted, process.ExitCode);
    }

    private static async Task<(int Code, byte[] Output, string Error)> RunAsync(params string[] args)
    {
        using Process process = Start(args);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using MemoryStream output = new();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), await error);
    }

    private static Process Start(params string[] args) => Process.Start(new ProcessStartInfo("dotnet", [s_program, .. args])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardErrorEncoding = Encoding.UTF8,
    })!;
}
