using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace PollHttp.GameLoop;

/// <summary>This executable started once more, as <see cref="FileServer"/>; it ends with its standard input.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process)
    {
        _process = process;
        Url = int.TryParse(_process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out int port)
            ? new Uri($"http://127.0.0.1:{port}/")
            : throw new SampleException("The sample's server did not start.");
    }

    public Uri Url { get; }

    public static ServerProcess Start(long bytesPerSecond)
    {
        string self = Environment.ProcessPath ?? throw new SampleException("The path of this executable is unknown.");
        ProcessStartInfo info = new(self) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            info.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        info.ArgumentList.Add("--serve");
        info.ArgumentList.Add(bytesPerSecond.ToString(CultureInfo.InvariantCulture));
        return new(Process.Start(info) ?? throw new SampleException("The server could not be started."));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
