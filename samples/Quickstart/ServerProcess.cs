using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace PollHttp.Quickstart;

/// <summary>This executable started once more, as <see cref="ChangeLogServer"/>.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process)
    {
        _process = process;
        Url = new Uri($"http://127.0.0.1:{ReadNumber()}/changelog");
    }

    public Uri Url { get; }

    public static ServerProcess Start()
    {
        string self = Environment.ProcessPath ?? throw new SampleException("The path of this executable is unknown.");
        ProcessStartInfo info = new(self) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            info.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        info.ArgumentList.Add("--serve");
        return new(Process.Start(info) ?? throw new SampleException("The server could not be started."));
    }

    /// <summary>How many connections the server has accepted so far.</summary>
    public int CountConnections()
    {
        _process.StandardInput.WriteLine("connections");
        _process.StandardInput.Flush();
        return ReadNumber();
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // which ends it
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private int ReadNumber() =>
        int.TryParse(_process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new SampleException("The sample's server ended unexpectedly.");
}
