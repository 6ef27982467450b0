using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace PollHttp.Fleet.Running;

/// <summary>This executable started once more, as a <see cref="SiloProgram"/>.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SiloProcess(int number, Process process)
    {
        Number = number;
        _process = process;
    }

    public int Number { get; }

    public bool IsKilled { get; private set; }

    public static SiloProcess Start(int number, int siloPort, int gatewayPort, ClusterSettings cluster)
    {
        string self = Environment.ProcessPath ?? throw new SampleException("The path of this executable is unknown.");
        ProcessStartInfo info = new(self) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            info.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        foreach (string argument in (string[])["--silo", Text(number), Text(siloPort), Text(gatewayPort), cluster.ToString()])
        {
            info.ArgumentList.Add(argument);
        }

        return new(number, Process.Start(info) ?? throw new SampleException("A silo could not be started."));
    }

    /// <summary>Waits until it is a member of the cluster.</summary>
    public async Task WaitAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "started")
            {
                _ = _process.StandardOutput.ReadToEndAsync(); // or the silo would block when the pipe is full
                return;
            }

            Console.WriteLine(line);
        }

        throw new SampleException($"Silo {Number} did not start.");
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill()
    {
        IsKilled = true;
        _process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsKilled)
        {
            _process.StandardInput.Close();
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
