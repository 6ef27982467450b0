using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace PollHttp.Fleet.Running;

/// <summary>A redis-server that writes every change to a file before it answers: redis-server --port PORT --bind 127.0.0.1 --dir FOLDER
/// --appendonly yes --appendfsync always --save "".</summary>
internal sealed class RedisProcess : IDisposable
{
    private readonly Process _process;

    private RedisProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <exception cref="SampleException">There is no redis-server.</exception>
    public static async Task<RedisProcess> StartAsync(string folder, int port)
    {
        Directory.CreateDirectory(folder);
        ProcessStartInfo info = new("redis-server") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", "--appendfsync", "always", "--save", ""])
        {
            info.ArgumentList.Add(argument);
        }

        try
        {
            Process process = Process.Start(info)!;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
                {
                    _ = process.StandardOutput.ReadToEndAsync(); // or it would block when the pipe is full
                    return new(process, port);
                }
            }

            throw new SampleException("redis-server did not start.");
        }
        catch (Win32Exception)
        {
            throw new SampleException("redis-server is not here: apt-get install redis-server, or --store memory, where a silo that dies takes its part of the state along.");
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
