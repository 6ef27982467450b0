using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Servers.Tests;

/// <summary>A server's program running in the foreground, with its configuration in a folder of its own.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly string[] s_folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin"];

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Whether a missing program is a failure and not a reason to skip.</summary>
    private static bool AreRequired => Environment.GetEnvironmentVariable("POLLHTTP_REQUIRE_SERVERS") == "1";

    /// <summary>What the program has said so far, for messages.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The reason to skip tests that need programs, or files with their whole paths; null where none is missing.</summary>
    public static string? WhyNot(params string[] programs) => AreRequired || Array.Find(programs, static p => Find(p) is null) is not { } missing
        ? null
        : $"SKIPPED: '{missing}' is not installed here; .ci/run installs it, and fails without it.";

    /// <summary>Starts a program and waits until it accepts connections.</summary>
    public static async Task<ServerProgram> StartAsync(ServerFolder folder, int port, string program, params string[] arguments)
    {
        string path = Find(program) ?? throw new FileNotFoundException(
            $"'{program}' is not installed, and POLLHTTP_REQUIRE_SERVERS=1 makes that a failure.");
        ProcessStartInfo start = new()
        {
            FileName = path,
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["HOME"] = folder.Path },
        };
        if (Environment.UserName == "root")
        {
            // Servers started by root want a user to become; as nobody from the start they need none, and no rights either.
            start.FileName = "setpriv";
            foreach (string word in (string[])["--reuid=nobody", "--regid=nogroup", "--clear-groups", path])
            {
                start.ArgumentList.Add(word);
            }
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        ServerProgram server = new(Process.Start(start)!);
        try
        {
            await server.WaitUntilListeningAsync(program, port);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Sends it a signal, by name.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string? Find(string program) =>
        s_folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private async Task WaitUntilListeningAsync(string program, int port)
    {
        using CancellationTokenSource limit = new(s_patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(limit.Token))
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"'{program}' ended with code {_process.ExitCode}: {Output}");
                }

                using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await probe.ConnectAsync("127.0.0.1", port, limit.Token);
                    return;
                }
                catch (SocketException)
                {
                    continue; // not yet
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"'{program}' did not listen on port {port} within {s_patience.TotalSeconds} s: {Output}");
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
