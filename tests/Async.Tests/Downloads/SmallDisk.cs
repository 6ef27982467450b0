using System.Diagnostics;

namespace PollHttp.Tests;

/// <summary>A file system of 1 MiB, where this process may make one.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string folder)
    {
        Path = System.IO.Path.Combine(folder, "disk");
        Directory.CreateDirectory(Path);
        IsMounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", Path);
    }

    public string Path { get; }

    public bool IsMounted { get; }

    public void Dispose()
    {
        if (IsMounted)
        {
            Run("umount", Path);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
